namespace Loupe;

/// <summary>A question about an image and regions of it.</summary>
/// <remarks>
/// The defaults are the constructor's: generated JSON readers apply those to what a request leaves out, and would
/// overwrite the initializers of init-only properties with zeros.
/// </remarks>
/// <param name="Image">The image: the id of an uploaded one, or the bytes themselves. Required.</param>
/// <param name="Task">What is asked for.</param>
/// <param name="Regions">The regions that the text calls <c>[0]</c>, <c>[1]</c> …</param>
/// <param name="Text">The question, or the referring expression.</param>
/// <param name="Stream">Whether the caller wants words as they are decoded. It is no part of the question's identity.</param>
/// <param name="MaxWords">At most so many words in the answer.</param>
/// <param name="DeadlineMs">Milliseconds from now after which the answer is worth nothing to the caller.</param>
/// <param name="Priority">Which questions go first when there is a queue.</param>
/// <param name="Detail">How much is said, where the bundle offers a choice; null for what it says by itself.</param>
/// <param name="Key">The caller's own name for a line of a batch; comes back with its answer.</param>
public sealed record Question(
    ImageReference? Image = null,
    VisionTask Task = VisionTask.Answer,
    IReadOnlyList<Region>? Regions = null,
    string? Text = null,
    bool Stream = false,
    int MaxWords = Question.DefaultMaxWords,
    int DeadlineMs = Question.DefaultDeadlineMs,
    Priority Priority = Priority.Interactive,
    Detail? Detail = null,
    string? Key = null)
{
    public const int DefaultMaxWords = 48;
    public const int DefaultDeadlineMs = 10_000;

    /// <summary>The regions that the text calls <c>[0]</c>, <c>[1]</c> …; never null.</summary>
    public IReadOnlyList<Region> Regions { get; init; } = Regions ?? [];
}
