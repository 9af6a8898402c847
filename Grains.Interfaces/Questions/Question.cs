namespace Loupe;

/// <summary>A question about an image and regions of it.</summary>
[GenerateSerializer, Immutable, Alias("loupe.Question")]
public sealed record Question
{
    public const int DefaultMaxWords = 48;
    public const int DefaultDeadlineMs = 10_000;

    /// <summary>The image: the id of an uploaded one, or the bytes themselves. Required.</summary>
    [Id(0)] public ImageReference? Image { get; init; }

    [Id(1)] public VisionTask Task { get; init; } = VisionTask.Answer;

    /// <summary>The regions that the text calls <c>[0]</c>, <c>[1]</c> …</summary>
    [Id(2)] public IReadOnlyList<Region> Regions { get; init; } = [];

    /// <summary>The question, or the referring expression.</summary>
    [Id(3)] public string? Text { get; init; }

    /// <summary>Whether the caller wants words as they are decoded. It is no part of the question's identity.</summary>
    [Id(4)] public bool Stream { get; init; }

    /// <summary>At most so many words in the answer.</summary>
    [Id(5)] public int MaxWords { get; init; } = DefaultMaxWords;

    /// <summary>Milliseconds from now after which the answer is worth nothing to the caller.</summary>
    [Id(6)] public int DeadlineMs { get; init; } = DefaultDeadlineMs;

    [Id(7)] public Priority Priority { get; init; } = Priority.Interactive;

    /// <summary>The caller's own name for a line of a batch; comes back with its answer.</summary>
    [Id(8)] public string? Key { get; init; }
}
