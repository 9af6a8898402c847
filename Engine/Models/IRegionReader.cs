namespace Loupe.Engine.Models;

/// <summary>The region stage of a model: features + region prompt → key/value prefix.</summary>
public interface IRegionReader
{
    /// <summary>Most prompts of one batch.</summary>
    int MaxBatch { get; }

    /// <summary>Threads that may call <see cref="Read"/> at once.</summary>
    int Workers => 1;

    /// <summary>Whether <see cref="Read"/> runs on the processors that the decoder runs on too.</summary>
    bool IsOnHost => false;

    /// <summary>
    /// Throws <see cref="LocalizerException"/> (<see cref="ProblemKind.Invalid"/>, field <c>regions[k]…</c>) where the
    /// model cannot take these regions: too many, or more points than its prompt has slots for. Any thread.
    /// </summary>
    void Check(RegionPrompt prompt);

    /// <summary>Reads a batch of prompts. Device threads. Each value is the same bits whatever else is in the batch.</summary>
    IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch);
}

/// <summary>One element of a region batch.</summary>
/// <param name="Features">Leased by the caller until the batch is done.</param>
/// <param name="Prompt">The regions.</param>
public sealed record RegionReading(StageValue Features, RegionPrompt Prompt);

/// <summary>
/// The regions of a question in canonical form: boxes ordered and clipped, every number rounded to a quarter pixel, so
/// that prompts which mean the same have the same key. Equal by value of <see cref="Canonical"/>.
/// </summary>
/// <param name="Regions">In the question's order; empty for the whole image.</param>
/// <param name="Size">The image they lie in.</param>
/// <param name="Canonical">Text that two prompts share exactly when they are the same.</param>
public sealed record RegionPrompt(IReadOnlyList<Region> Regions, ImageSize Size, string Canonical)
{
    public bool Equals(RegionPrompt? other) => other is not null && Canonical == other.Canonical;

    public override int GetHashCode() => Canonical.GetHashCode(StringComparison.Ordinal);
}
