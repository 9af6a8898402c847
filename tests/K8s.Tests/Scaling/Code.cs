using System.Text.RegularExpressions;
using Loupe.K8s.Tests.Manifests;

namespace Loupe.K8s.Tests.Scaling;

/// <summary>The metrics that the sources make.</summary>
internal static partial class Code
{
    private static readonly string[] Folders = ["Engine", "Gateway", "Grains", "Redis", "Silo"];

    /// <summary>Gauges, by their names in Prometheus.</summary>
    public static IReadOnlySet<string> Gauges { get; } = Folders
        .SelectMany(folder => Directory.EnumerateFiles(Repository.Path(folder), "*.cs", SearchOption.AllDirectories))
        .SelectMany(file => Gauge().Matches(File.ReadAllText(file)))
        .Select(match => match.Groups[1].Value)
        .ToHashSet();

    /// <summary>What a query asks for.</summary>
    public static IEnumerable<string> MetricsOf(string query) => Metric().Matches(query).Select(match => match.Value);

    [GeneratedRegex("""CreateObservableGauge\(\s*"(loupe_[a-z_]+)"|CreateGauge<[a-z]+>\(\s*"(loupe_[a-z_]+)""")]
    private static partial Regex Gauge();

    [GeneratedRegex("loupe_[a-z_]+")]
    private static partial Regex Metric();
}
