namespace Loupe.Silo.Metrics;

/// <summary>The bounds of histograms that give no advice on them, by what their name says they measure.</summary>
internal static class MetricBuckets
{
    private static readonly double[] Seconds =
        [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private static readonly double[] Sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];

    private static readonly double[] Bytes = [1 << 10, 1 << 14, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26, 1 << 28];

    public static double[] Of(string name, string? unit) => name switch
    {
        _ when unit == "s" || name.EndsWith("_seconds", StringComparison.Ordinal) => Seconds,
        _ when unit == "By" || name.EndsWith("_bytes", StringComparison.Ordinal) => Bytes,
        _ => Sizes,
    };
}
