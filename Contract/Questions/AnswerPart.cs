using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>A piece of an answer as it comes into being: words and regions, then the whole.</summary>
[JsonDerivedType(typeof(WordPart), "word")]
[JsonDerivedType(typeof(RegionPart), "region")]
[JsonDerivedType(typeof(DonePart), "done")]
public abstract record AnswerPart
{
    private protected AnswerPart()
    {
    }
}

/// <summary>The next word of the text.</summary>
/// <param name="Index">Its position among <see cref="Answer.Words"/>, from 0.</param>
/// <param name="Word">The word and its place.</param>
public sealed record WordPart(int Index, Word Word) : AnswerPart;

/// <summary>The next region found.</summary>
/// <param name="Index">Its position among <see cref="Answer.Regions"/>, from 0.</param>
/// <param name="Region">The region.</param>
public sealed record RegionPart(int Index, FoundRegion Region) : AnswerPart;

/// <summary>The last part of every answer.</summary>
public sealed record DonePart(Answer Answer) : AnswerPart;
