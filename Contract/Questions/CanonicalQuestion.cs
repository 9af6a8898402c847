namespace Loupe;

/// <summary>A validated question in canonical form: equal questions have equal fields.</summary>
/// <param name="Task">What is asked for.</param>
/// <param name="Prompt">Where.</param>
/// <param name="Text">Normalized by the model; empty where the task takes none.</param>
/// <param name="MaxWords">At most so many words.</param>
/// <param name="Detail">How much is said; null where the task offers no choice, or none was made.</param>
public sealed record CanonicalQuestion(VisionTask Task, RegionPrompt Prompt, string Text, int MaxWords, Detail? Detail = null);
