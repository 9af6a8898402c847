using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>A whole answer.</summary>
public sealed record Answer
{
    /// <summary>
    /// 64 hexadecimal digits: SHA-256 over tenant, bundle digest, image, canonical regions, task, normalized text and
    /// decoding parameters. The same question has the same id.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The image's id.</summary>
    public required string Image { get; init; }

    public required VisionTask Task { get; init; }

    public required string Text { get; init; }

    /// <summary>Why, where the bundle gives reasons.</summary>
    public string? Rationale { get; init; }

    /// <summary>Every word of <see cref="Text"/>, with its place where the model gives one.</summary>
    public IReadOnlyList<Word> Words { get; init; } = [];

    /// <summary>What was found, best first.</summary>
    public IReadOnlyList<FoundRegion> Regions { get; init; } = [];

    public Reuse Reuse { get; init; } = new();

    public Timing Timing { get; init; } = new();

    public required ModelIdentity Model { get; init; }

    public Finish Finish { get; init; }

    /// <summary>
    /// How plausible the whole answer is to its question, 0 to 1, as the bundle's critic judges it; null where the bundle
    /// has none, and for tasks that answer without words.
    /// </summary>
    public double? Confidence { get; init; }
}

/// <summary>A word and its place in the image.</summary>
public sealed record Word
{
    public required string Text { get; init; }

    /// <summary>The middle of <see cref="Box"/>, pixels of the original image; null where the model gives words no place.</summary>
    public Point? Point { get; init; }

    /// <summary>Pixels of the original image; null where the model gives words no place.</summary>
    public Box? Box { get; init; }

    /// <summary>The model's probability of this word at its place in the text, 0 to 1.</summary>
    public required double Confidence { get; init; }
}

/// <summary>A region that the model found.</summary>
public sealed record FoundRegion
{
    public required Box Box { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Score { get; init; }

    public string? Text { get; init; }

    /// <summary>Its outline, pixels of the original image, where the model gives one: of a line of text, its four corners.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Point>? Polygon { get; init; }

    public Mask? Mask { get; init; }
}

/// <summary>Name and digest of the bundle that answered.</summary>
public sealed record ModelIdentity(string Name, string Digest);
