namespace Loupe.Silo.Hosting;

/// <summary>The switches of the process: short names for some settings, and <c>--Section:Key value</c> for every other.</summary>
internal static class CommandLine
{
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["--port"] = "Silo:Port",
        ["--host"] = "Silo:Host",
        ["--urls"] = "urls",
        ["--bundle"] = "Loupe:Bundle",
        ["--device"] = "Loupe:Device:Device",
        ["--data"] = "Loupe:Data",
        ["--models"] = "Silo:Models",
        ["--silos"] = "Cluster:Silos",
        ["--gateways"] = "Cluster:Gateways",
        ["--redis"] = "Cluster:Redis",
    };

    /// <summary>Puts the switches over every other source of configuration.</summary>
    public static void Add(IConfigurationBuilder configuration, string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var key, var rest] ? (key, rest) : (arguments[i], null);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !(Names.ContainsKey(name) || name.Contains(':')))
            {
                throw new UsageException(
                    $"'{arguments[i]}' is not known. Known are {string.Join(", ", Names.Keys)}, and --Section:Key for every other "
                        + "setting.");
            }

            if (value is null && ++i == arguments.Length)
            {
                throw new UsageException($"'{name}' needs a value.");
            }
        }

        configuration.AddCommandLine(arguments, Names);
    }
}

/// <summary>The process was started with arguments that mean nothing.</summary>
internal sealed class UsageException(string message) : Exception(message);
