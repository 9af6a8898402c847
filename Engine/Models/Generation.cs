namespace Loupe.Engine.Models;

/// <summary>Makes a <see cref="Generation"/> for a question.</summary>
public interface IGenerationFactory
{
    /// <summary>Logits of a row.</summary>
    int Vocabulary { get; }

    /// <summary>Starts the sequence of a question. Any thread.</summary>
    Generation Create(CanonicalQuestion question);
}

/// <summary>
/// One sequence: the tokens to read first, and what to do with each token read. It holds all the model knows of
/// turning tokens into words; the decode loop knows slots and steps only. Decode thread only, after creation.
/// </summary>
public abstract class Generation
{
    /// <summary>Tokens to read before anything is generated; at least one.</summary>
    public abstract ReadOnlyMemory<int> Prompt { get; }

    /// <summary>Tokens that may be read after the prompt, at most; 0 where the prompt alone gives the answer.</summary>
    public abstract int MaxNewTokens { get; }

    /// <summary>Takes the outputs at the token read last; adds what became known to <paramref name="parts"/>.</summary>
    /// <param name="logits">Of the token to come.</param>
    /// <param name="place">Of the token read.</param>
    /// <param name="plausible">Of all that was read so far, as <see cref="TokenOutputs.Plausible"/>.</param>
    /// <param name="parts">Words and regions as they become known; never a <see cref="DonePart"/>.</param>
    /// <returns>The token to read next, or −1 when the sequence is finished.</returns>
    public abstract int Advance(ReadOnlySpan<float> logits, ReadOnlySpan<float> place, float plausible, IList<AnswerPart> parts);

    /// <summary>The whole outcome, once <see cref="Advance"/> returned −1.</summary>
    public abstract Utterance Finish();
}

/// <summary>What a sequence said: the value of the decode stage.</summary>
public sealed record Utterance
{
    public required string Text { get; init; }

    public string? Rationale { get; init; }

    public IReadOnlyList<Word> Words { get; init; } = [];

    public IReadOnlyList<FoundRegion> Regions { get; init; } = [];

    /// <summary>How plausible the whole answer is, 0 to 1; null where the model does not say or nothing was said.</summary>
    public double? Confidence { get; init; }

    public Finish Finish { get; init; }
}
