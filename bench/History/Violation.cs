namespace Loupe.Bench.History;

/// <summary>The promises that a history is held to.</summary>
internal enum Promise
{
    /// <summary>Every answer is the right one, about the image that was asked about, and a stream is whole.</summary>
    RightAnswers,

    /// <summary>An upload that was acknowledged can be read back, bit for bit.</summary>
    KeptUploads,

    /// <summary>An image is encoded once, unless a silo was taken away in between.</summary>
    EncodedOnce,

    /// <summary>An operation fails only while a silo is away, or just was.</summary>
    ExplainedErrors,

    /// <summary>Every operation returns.</summary>
    EveryoneReturns,
}

/// <summary>A promise that was broken.</summary>
/// <param name="Promise">Which.</param>
/// <param name="At">When it showed, in seconds since the start.</param>
/// <param name="What">For a person.</param>
internal sealed record Violation(Promise Promise, double At, string What);
