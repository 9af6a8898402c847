namespace Loupe.Engine.Models;

/// <summary>
/// One question's way through the decoder: the tokens to read first, and what to do with each token read. It holds all the
/// model knows of turning tokens into words; the decode loop knows slots and steps only. Decode thread only, after creation.
/// </summary>
public abstract class Generation
{
    /// <summary>Tokens to read before anything is generated; at least one.</summary>
    public abstract ReadOnlyMemory<int> Prompt { get; }

    /// <summary>Tokens that a row may read after the prompt, at most; 0 where the prompt alone gives the answer.</summary>
    public abstract int MaxNewTokens { get; }

    /// <summary>Rows that are read at once, at most: 1, or the beams of a search.</summary>
    public virtual int Width => 1;

    /// <summary>Takes the outputs at the tokens read last; adds what became known to <paramref name="parts"/>.</summary>
    /// <param name="outputs">Of each row: after the prompt of one, later in the order of <paramref name="next"/> as it was left.</param>
    /// <param name="next">Room for <see cref="Width"/> rows: what each reads next, and which row it goes on from.</param>
    /// <param name="parts">Words and regions as they become known; never a <see cref="DonePart"/>.</param>
    /// <returns>Rows to read next; 0 when the generation is finished.</returns>
    public abstract int Advance(StepOutputs outputs, Span<NextToken> next, IList<AnswerPart> parts);

    /// <summary>The whole outcome: after <see cref="Advance"/> returned 0, or when there is room for no more tokens.</summary>
    public abstract Utterance Finish();
}

/// <summary>A generation of one row.</summary>
public abstract class SingleGeneration : Generation
{
    /// <summary>Returned by <see cref="Advance(StepOutputs, IList{AnswerPart})"/> where nothing is to be read any more.</summary>
    protected const int Nothing = -1;

    public sealed override int Advance(StepOutputs outputs, Span<NextToken> next, IList<AnswerPart> parts)
    {
        var token = Advance(outputs, parts);
        next[0] = new NextToken(0, token);
        return token == Nothing ? 0 : 1;
    }

    /// <summary>As <see cref="Generation.Advance"/>.</summary>
    /// <returns>The token to read next, or <see cref="Nothing"/> when the generation is finished.</returns>
    public abstract int Advance(StepOutputs outputs, IList<AnswerPart> parts);
}

/// <summary>What a row reads next.</summary>
/// <param name="From">The row of the last step that it goes on from; several may go on from the same one.</param>
/// <param name="Token">To read.</param>
public readonly record struct NextToken(int From, int Token);

/// <summary>What a generation said: the value of the decode stage.</summary>
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
