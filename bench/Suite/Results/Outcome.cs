namespace Loupe.Bench.Suite.Results;

/// <summary>How one operation went; seconds since the run began.</summary>
/// <param name="Start">When it was sent, or should have been.</param>
/// <param name="FirstWord">When its first word came; not a number without one.</param>
/// <param name="End">When all of it was there.</param>
/// <param name="Words">Words that came one by one.</param>
/// <param name="IsOk">Whether it was answered.</param>
/// <param name="Kind">What the plan calls it.</param>
internal readonly record struct Done(double Start, double FirstWord, double End, int Words, bool IsOk, string Kind)
{
    public double Milliseconds => (End - Start) * 1000;
}

/// <summary>How a plan went.</summary>
/// <param name="Seconds">From the first operation's start to the last one's end.</param>
/// <param name="Operations">In the plan's order.</param>
internal sealed record Outcome(double Seconds, IReadOnlyList<Done> Operations);

/// <summary>One measurement: a workload given to a target in a round.</summary>
/// <param name="Target">Who did it.</param>
/// <param name="Workload">What was done.</param>
/// <param name="Round">Counted from 0.</param>
/// <param name="Outcome">How it went.</param>
/// <param name="ServerSeconds">Processor time of what answered; not a number where it cannot be told from the client's.</param>
/// <param name="ClientSeconds">Processor time of this process.</param>
/// <param name="Differing">Answers that are not those of the target that all are compared with.</param>
internal sealed record Sample(
    string Target, string Workload, int Round, Outcome Outcome, double ServerSeconds, double ClientSeconds, int Differing)
{
    public int Answered => Outcome.Operations.Count(done => done.IsOk);

    public int Failed => Outcome.Operations.Count - Answered;

    public double PerSecond => Answered / Outcome.Seconds;

    /// <summary>Processor milliseconds of the server for each operation.</summary>
    public double ServerMsEach => ServerSeconds * 1000 / Answered;

    /// <summary>The client's part of all processor time used.</summary>
    public double ClientShare => ClientSeconds / (ClientSeconds + ServerSeconds);

    /// <summary>Milliseconds of answered operations of a kind (all where it is null), in order.</summary>
    public double[] Latencies(string? kind = null) =>
        [
            .. Outcome.Operations.Where(done => done.IsOk && double.IsFinite(done.End) && (kind is null || done.Kind == kind))
                .Select(done => done.Milliseconds)
                .Order(),
        ];

    /// <summary>Milliseconds to the first word of those that had one, in order.</summary>
    public double[] FirstWords() =>
        [
            .. Outcome.Operations.Where(done => done.IsOk && double.IsFinite(done.FirstWord))
                .Select(done => (done.FirstWord - done.Start) * 1000)
                .Order(),
        ];

    /// <summary>Milliseconds from word to word, of answers with at least two, in order.</summary>
    public double[] BetweenWords() =>
        [
            .. Outcome.Operations.Where(done => done.IsOk && done.Words > 1)
                .Select(done => (done.End - done.FirstWord) * 1000 / (done.Words - 1))
                .Order(),
        ];

    /// <summary>Answers a second that came within a deadline.</summary>
    public double Goodput(double deadlineMs) =>
        Outcome.Operations.Count(done => done.IsOk && done.Milliseconds <= deadlineMs) / Outcome.Seconds;
}
