namespace Loupe.Command.Evaluation.Metrics;

/// <summary>Answers of about the same confidence.</summary>
/// <param name="From">Least confidence in here.</param>
/// <param name="To">Confidence from which the next bin takes over; in the last, 1 belongs too.</param>
/// <param name="Count">How many answers.</param>
/// <param name="Confidence">Their mean confidence.</param>
/// <param name="Right">The share that was right.</param>
internal sealed record CalibrationBin(double From, double To, int Count, double Confidence, double Right);

/// <summary>
/// Whether answers told with confidence p are right in a share p of the cases: bins of equal width, and the expected
/// calibration error, the mean distance of confidence and share weighed by count. Source: Guo et al., "On Calibration
/// of Modern Neural Networks", ICML 2017. Unit: 0 to 1.
/// </summary>
internal static class Calibration
{
    private const int Bars = 5;

    /// <summary>Only bins that hold anything.</summary>
    public static IReadOnlyList<CalibrationBin> Bins(IEnumerable<Confident> answers) => [.. answers
        .GroupBy(BinOf)
        .OrderBy(bin => bin.Key)
        .Select(bin => new CalibrationBin(
            (double)bin.Key / Bars, (double)(bin.Key + 1) / Bars, bin.Count(), bin.Average(a => a.Confidence),
            bin.Average(a => a.Right ? 1 : 0)))];

    /// <param name="answers">All answers.</param>
    /// <param name="times">How often each scene counts.</param>
    /// <returns>NaN if no answer counts.</returns>
    public static double Error(IReadOnlyList<Confident> answers, int[] times)
    {
        var gaps = new double[Bars];
        double total = 0;
        foreach (var answer in answers)
        {
            gaps[BinOf(answer)] += times[answer.Scene] * (answer.Confidence - (answer.Right ? 1 : 0));
            total += times[answer.Scene];
        }

        return total > 0 ? gaps.Sum(Math.Abs) / total : double.NaN;
    }

    private static int BinOf(Confident answer) => Math.Clamp((int)(answer.Confidence * Bars), 0, Bars - 1);
}
