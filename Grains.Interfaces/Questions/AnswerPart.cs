namespace Loupe;

/// <summary>A piece of an answer as it comes into being: words and regions, then the whole.</summary>
[GenerateSerializer, Immutable, Alias("loupe.AnswerPart")]
public abstract record AnswerPart
{
    private protected AnswerPart()
    {
    }
}

/// <summary>The next word of the text.</summary>
/// <param name="Index">Its position among <see cref="Answer.Words"/>, from 0.</param>
/// <param name="Word">The word and its place.</param>
[GenerateSerializer, Immutable, Alias("loupe.WordPart")]
public sealed record WordPart([property: Id(0)] int Index, [property: Id(1)] Word Word) : AnswerPart;

/// <summary>The next region found.</summary>
/// <param name="Index">Its position among <see cref="Answer.Regions"/>, from 0.</param>
/// <param name="Region">The region.</param>
[GenerateSerializer, Immutable, Alias("loupe.RegionPart")]
public sealed record RegionPart([property: Id(0)] int Index, [property: Id(1)] FoundRegion Region) : AnswerPart;

/// <summary>The last part of every answer.</summary>
[GenerateSerializer, Immutable, Alias("loupe.DonePart")]
public sealed record DonePart([property: Id(0)] Answer Answer) : AnswerPart;
