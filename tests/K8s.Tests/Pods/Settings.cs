using System.Reflection;
using Loupe.Engine.Hosting;
using Loupe.Gateway.Auth;
using Loupe.Gateway.Batches;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Limits;
using Loupe.Grains.Hosting;
using Loupe.K8s.Tests.Manifests;
using Loupe.Redis;
using Loupe.Silo.Hosting;
using Loupe.Silo.Tracing;
using Microsoft.Extensions.Configuration;

namespace Loupe.K8s.Tests.Pods;

/// <summary>What can be set, by the classes that are bound and by the file that states every default.</summary>
internal static class Settings
{
    public const string Prefix = "LOUPE__";

    private static readonly IConfigurationRoot File =
        new ConfigurationBuilder().AddJsonFile(Repository.Path("Silo", "appsettings.json")).Build();

    private static readonly Dictionary<string, Type> Sections = new()
    {
        [SiloOptions.Section] = typeof(SiloOptions),
        [EngineOptions.Section] = typeof(EngineOptions),
        [GatewayOptions.Section] = typeof(GatewayOptions),
        [AuthOptions.Section] = typeof(AuthOptions),
        [LimitsOptions.Section] = typeof(LimitsOptions),
        [BatchOptions.Section] = typeof(BatchOptions),
        [LoupeClusterOptions.Section] = typeof(LoupeClusterOptions),
        [RedisOptions.Section] = typeof(RedisOptions),
        [TracingOptions.Section] = typeof(TracingOptions),
    };

    /// <summary>Whether a variable, such as <c>LOUPE__Silo__Port</c>, sets anything.</summary>
    public static bool Knows(string variable) =>
        variable.StartsWith(Prefix, StringComparison.Ordinal)
        && variable[Prefix.Length..].Split("__") is var parts
        && (
            (Sections.TryGetValue(parts[0], out var options) && parts.Length > 1 && Has(options, parts[1..]))
                || InFile(string.Join(':', parts)));

    /// <summary>What a process with these variables is set to.</summary>
    /// <exception cref="InvalidOperationException">A value is not of its type.</exception>
    public static T Bind<T>(string section, IReadOnlyDictionary<string, string?> environment)
        where T : class, new() => Of(environment).GetSection(section).Get<T>() ?? new();

    public static IConfiguration Of(IReadOnlyDictionary<string, string?> environment) => new ConfigurationBuilder()
        .AddInMemoryCollection(environment
            .Where(variable => variable.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(variable => KeyValuePair.Create(variable.Key[Prefix.Length..].Replace("__", ":"), variable.Value)))
        .Build();

    private static bool Has(Type type, string[] path)
    {
        if (type != typeof(string) && Element(type) is { } element)
        {
            return int.TryParse(path[0], out _) && (path.Length == 1 || Has(element, path[1..]));
        }

        return type.GetProperty(path[0], BindingFlags.Public | BindingFlags.Instance) is { } property
            && (property.CanWrite || Element(property.PropertyType) is not null)
            && (path.Length == 1 || Has(property.PropertyType, path[1..]));
    }

    /// <summary>What a list is of; null for what is no list.</summary>
    private static Type? Element(Type type) => type.GetInterfaces().Append(type)
        .FirstOrDefault(list => list.IsGenericType && list.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];

    // Names are compared as they are written, since a reader searches for them so.
    private static bool InFile(string key)
    {
        IConfigurationSection? section = null;
        foreach (var part in key.Split(':'))
        {
            section = ((IConfiguration?)section ?? File).GetChildren().FirstOrDefault(child => child.Key == part);
            if (section is null)
            {
                return false;
            }
        }

        return section is not null && !section.GetChildren().Any();
    }
}
