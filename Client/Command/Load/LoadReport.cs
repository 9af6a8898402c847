namespace Loupe.Command.Load;

/// <summary>What a load showed so far.</summary>
/// <param name="Elapsed">Since the first question.</param>
/// <param name="Words">Words that arrived.</param>
/// <param name="Answered">Questions that ended with the whole answer.</param>
/// <param name="HungUp">Questions whose client hung up mid-stream.</param>
/// <param name="Errors">Failures by kind.</param>
/// <param name="Latency">Of whole answers, milliseconds.</param>
/// <param name="FirstWord">From asking to the first word, milliseconds.</param>
internal sealed record LoadReport(
    TimeSpan Elapsed, long Words, long Answered, long HungUp, IReadOnlyDictionary<string, long> Errors,
    Quantiles Latency, Quantiles FirstWord)
{
    /// <summary>Seconds in a second that the threads of each stage of the server worked; empty where it does not tell.</summary>
    public IReadOnlyDictionary<string, double> Busy { get; init; } = new Dictionary<string, double>();

    public long Failed => Errors.Values.Sum();

    public double WordsPerSecond => PerSecond(Words);

    /// <summary>Whole answers and those hung up on; failures are no work done.</summary>
    public double QuestionsPerSecond => PerSecond(Answered + HungUp);

    private double PerSecond(long count) => Elapsed > TimeSpan.Zero ? count / Elapsed.TotalSeconds : 0;
}

/// <summary>Nearest-rank quantiles; all NaN over nothing.</summary>
internal readonly record struct Quantiles(double P50, double P95, double P99)
{
    public static Quantiles Of(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        double At(double share) => sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        return new(At(0.5), At(0.95), At(0.99));
    }
}
