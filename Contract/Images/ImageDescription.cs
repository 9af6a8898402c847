using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>What is known of a stored image.</summary>
public sealed record ImageDescription
{
    /// <summary>SHA-256 of the bytes, 64 lower-case hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>Pixels, after EXIF orientation.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, after EXIF orientation.</summary>
    public required int Height { get; init; }

    /// <summary>Length of the stored file.</summary>
    public required long Bytes { get; init; }

    /// <summary>When it was first stored, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary><c>image/png</c>, <c>image/jpeg</c> or <c>image/webp</c>.</summary>
    public required string MediaType { get; init; }

    /// <summary>Whether the encoder's features of it are at hand; absent in the answer to an upload.</summary>
    public FeatureState? Features { get; init; }
}

/// <summary>Whether an image's features are at hand.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FeatureState>))]
public enum FeatureState
{
    /// <summary>The next question encodes the image.</summary>
    [JsonStringEnumMemberName("cold")] Cold,

    /// <summary>The next question starts from cached features.</summary>
    [JsonStringEnumMemberName("warm")] Warm,
}

/// <summary>The answer to an upload.</summary>
/// <param name="Image">The stored image.</param>
/// <param name="Created">False when the same bytes were already there.</param>
public sealed record StoredImage(ImageDescription Image, bool Created);

/// <summary>The stored bytes of an image.</summary>
public sealed record ImageContent(string MediaType, ReadOnlyMemory<byte> Bytes);
