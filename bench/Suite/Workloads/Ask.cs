namespace Loupe.Bench.Suite.Workloads;

/// <summary>One operation of a client: an upload, a question, or both in this order.</summary>
/// <param name="Picture">Number of the picture.</param>
/// <param name="Question">What is asked; null for an upload alone.</param>
internal sealed record Ask(int Picture, Question? Question)
{
    /// <summary>Whether the picture is uploaded first, within what is measured.</summary>
    public bool Uploads { get; init; }

    /// <summary>Whether the words are wanted one by one.</summary>
    public bool Streams { get; init; }

    /// <summary>What it is told apart by in the results; empty for all the same.</summary>
    public string Kind { get; init; } = string.Empty;
}

/// <summary>The work of one workload in one round, the same for everybody it is given to.</summary>
internal sealed record Plan
{
    /// <summary>Pictures that are there before.</summary>
    public IReadOnlyList<int> Uploads { get; init; } = [];

    /// <summary>Asked before, uncounted.</summary>
    public IReadOnlyList<Ask> WarmUp { get; init; } = [];

    /// <summary>What is measured, in this order.</summary>
    public required IReadOnlyList<Ask> Asks { get; init; }

    /// <summary>How many clients share the work, each with one operation at a time.</summary>
    public required int Clients { get; init; }

    /// <summary>
    /// Operations a second that arrive independently of each other, whatever becomes of those before; 0 for clients that
    /// wait.
    /// </summary>
    public double ArrivalsPerSecond { get; init; }

    /// <summary>After so many milliseconds an answer is worth nothing.</summary>
    public int DeadlineMs { get; init; } = Question.DefaultDeadlineMs;

    /// <summary>All pictures that occur, in the order of their first use.</summary>
    public IEnumerable<int> Pictures => Uploads.Concat(WarmUp.Concat(Asks).Select(ask => ask.Picture)).Distinct();
}
