namespace Loupe.Bench.History;

/// <summary>What a client did.</summary>
internal enum OperationKind
{
    Upload,

    /// <summary>A question whose answer came whole.</summary>
    Ask,

    /// <summary>A question whose answer came word by word.</summary>
    Stream,
}

/// <summary>
/// One operation of one client, from its call to its return, tries on further silos included. Times are seconds since
/// the start of the history.
/// </summary>
internal sealed record Operation
{
    public required OperationKind Kind { get; init; }

    public required int Client { get; init; }

    public required double Start { get; init; }

    /// <summary>Null where it never returned.</summary>
    public double? End { get; init; }

    /// <summary>The image's id.</summary>
    public required string Image { get; init; }

    /// <summary>Which question; null for an upload.</summary>
    public string? Question { get; init; }

    /// <summary>Null for success, else the kind of failure, one of few.</summary>
    public string? Error { get; init; }

    /// <summary>Tries that failed before the one that counts, by kind.</summary>
    public IReadOnlyList<string> FailedTries { get; init; } = [];

    /// <summary>What was answered.</summary>
    public Heard? Answer { get; init; }
}

/// <summary>An answer as a client heard it.</summary>
/// <param name="Image">The image that it says it is about.</param>
/// <param name="Fingerprint">Of text, words, places and regions; equal for equal answers.</param>
/// <param name="Encoded">
/// For an answer that says its image was encoded for it: which encoding, as told by its device time. Answers that
/// shared one encoding tell the same.
/// </param>
/// <param name="Broken">For a stream: what was wrong with its parts (a gap, a repetition, words that the whole lacks).</param>
internal sealed record Heard(string Image, string Fingerprint, double? Encoded = null, string? Broken = null);
