using System.Globalization;

namespace Loupe.Bench.Simulation.Scenarios;

/// <summary>Names of popularities.</summary>
internal static class Popularities
{
    public static string Name(double zipf) => zipf == 0 ? "uniform" : string.Create(CultureInfo.InvariantCulture, $"Zipf {zipf:0.0}");
}
