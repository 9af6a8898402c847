using System.Globalization;
using Loupe.Bench.Statistics;
using Loupe.Bench.Suite.Results;

namespace Loupe.Bench.Suite;

/// <summary>How figures are written.</summary>
internal static class SuiteText
{
    /// <summary>A line while it runs.</summary>
    public static string Line(Sample sample, int rounds, int measured, TimeSpan elapsed)
    {
        var failed = sample.Failed > 0 ? $", {sample.Failed} failed" : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[{elapsed:mm\\:ss}, {measured,3}] round {sample.Round + 1} of {rounds}  {sample.Workload,-16} {sample.Target,-10} "
                + $"{Number(sample.PerSecond),7}/s  p50 {Number(Spread.At(sample.Latencies(), 0.5)),7} ms{failed}");
    }

    /// <summary>To three significant digits; a dash for none.</summary>
    public static string Number(double value) => !double.IsFinite(value)
        ? "–"
        : value.ToString(Math.Abs(value) switch { >= 100 => "0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);

    /// <summary>The median, with the least and the most where there are several.</summary>
    public static string Range(Spread spread) => spread.Count switch
    {
        0 => "–",
        1 => Number(spread.Median),
        _ => $"{Number(spread.Median)} ({Number(spread.Least)}–{Number(spread.Most)})",
    };
}
