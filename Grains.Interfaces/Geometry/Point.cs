using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>A place in the original image (after EXIF orientation), in pixels; x to the right, y down. JSON: <c>[x, y]</c>.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
[JsonConverter(typeof(PointJsonConverter))]
[GenerateSerializer, Immutable, Alias("loupe.Point")]
public readonly record struct Point([property: Id(0)] double X, [property: Id(1)] double Y);
