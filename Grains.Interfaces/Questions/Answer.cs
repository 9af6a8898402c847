namespace Loupe;

/// <summary>A whole answer.</summary>
[GenerateSerializer, Immutable, Alias("loupe.Answer")]
public sealed record Answer
{
    /// <summary>
    /// 64 hexadecimal digits: SHA-256 over tenant, bundle digest, image, canonical regions, task, normalized text and
    /// decoding parameters. The same question has the same id.
    /// </summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The image's id.</summary>
    [Id(1)] public required string Image { get; init; }

    [Id(2)] public required VisionTask Task { get; init; }

    [Id(3)] public required string Text { get; init; }

    /// <summary>Why, where the bundle gives reasons.</summary>
    [Id(4)] public string? Rationale { get; init; }

    /// <summary>Every word of <see cref="Text"/> with its place.</summary>
    [Id(5)] public IReadOnlyList<Word> Words { get; init; } = [];

    /// <summary>What was found, best first.</summary>
    [Id(6)] public IReadOnlyList<FoundRegion> Regions { get; init; } = [];

    [Id(7)] public Reuse Reuse { get; init; } = new();

    [Id(8)] public Timing Timing { get; init; } = new();

    [Id(9)] public required ModelIdentity Model { get; init; }

    [Id(10)] public Finish Finish { get; init; }

    /// <summary>
    /// How plausible the whole answer is to its question, 0 to 1, as the bundle's critic judges it; null where the bundle
    /// has none, and for tasks that answer without words.
    /// </summary>
    [Id(11)] public double? Confidence { get; init; }
}

/// <summary>A word and its place in the image.</summary>
[GenerateSerializer, Immutable, Alias("loupe.Word")]
public sealed record Word
{
    [Id(0)] public required string Text { get; init; }

    /// <summary>The middle of <see cref="Box"/>, pixels of the original image.</summary>
    [Id(1)] public required Point Point { get; init; }

    [Id(2)] public required Box Box { get; init; }

    /// <summary>The model's probability of this word at its place in the text, 0 to 1.</summary>
    [Id(3)] public required double Confidence { get; init; }
}

/// <summary>A region that the model found.</summary>
[GenerateSerializer, Immutable, Alias("loupe.FoundRegion")]
public sealed record FoundRegion
{
    [Id(0)] public required Box Box { get; init; }

    /// <summary>0 to 1.</summary>
    [Id(1)] public required double Score { get; init; }

    [Id(2)] public string? Text { get; init; }

    [Id(3)] public Mask? Mask { get; init; }
}

/// <summary>Name and digest of the bundle that answered.</summary>
[GenerateSerializer, Immutable, Alias("loupe.ModelIdentity")]
public sealed record ModelIdentity([property: Id(0)] string Name, [property: Id(1)] string Digest);
