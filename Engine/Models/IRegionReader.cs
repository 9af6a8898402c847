namespace Loupe.Engine.Models;

/// <summary>The region stage of a model: features + prompt → what the decoder starts from.</summary>
public interface IRegionReader
{
    /// <summary>Most prompts of one batch.</summary>
    int MaxBatch { get; }

    /// <summary>Threads that may call <see cref="Read"/> at once.</summary>
    int Workers => 1;

    /// <summary>Whether <see cref="Read"/> runs on the processors that the decoder runs on too.</summary>
    bool IsOnHost => false;

    /// <summary>Reads a batch of prompts. Device threads. Each value is the same bits whatever else is in the batch.</summary>
    IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch);
}

/// <summary>One element of a region batch.</summary>
/// <param name="Features">Leased by the caller until the batch is done.</param>
/// <param name="Prompt">What <see cref="IGrammar.PromptOf"/> made of a question.</param>
public sealed record RegionReading(StageValue Features, ModelPrompt Prompt);
