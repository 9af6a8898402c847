using System.Runtime.InteropServices;

namespace Loupe.Bench.Output;

/// <summary>What this machine is.</summary>
internal static class MachineText
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>Processors, system and runtime.</summary>
    public static string Describe()
    {
        var model = Model();
        return $"{Environment.ProcessorCount} processors{(model is null ? string.Empty : $" ({model})")}, "
            + $"{RuntimeInformation.OSDescription}, .NET {Environment.Version}";
    }

    private static string? Model() => File.Exists(ProcessorFile)
        ? File.ReadLines(ProcessorFile)
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1]
            .Trim()
        : null;
}
