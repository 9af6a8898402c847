namespace Loupe.Bench.History;

/// <summary>All that happened in a run, and what is known from elsewhere to judge it by.</summary>
internal sealed record RunHistory
{
    public required IReadOnlyList<Operation> Operations { get; init; }

    public required IReadOnlyList<Disturbance> Disturbances { get; init; }

    /// <summary>
    /// The fingerprint of the right answer by image and question, computed once by a quiet server of its own.
    /// </summary>
    public required IReadOnlyDictionary<(string Image, string Question), string> References { get; init; }

    /// <summary>
    /// For every image read back in the end: SHA-256 of the bytes that came, null where none did. The id of an image is
    /// the SHA-256 of its bytes.
    /// </summary>
    public required IReadOnlyDictionary<string, string?> ReadBack { get; init; }

    /// <summary>Seconds for which a disturbance may still be felt after its silo is back. Default: 5.</summary>
    public double Aftermath { get; init; } = 5;
}
