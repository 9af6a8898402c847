using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>A place in the original image (after EXIF orientation), in pixels; x to the right, y down. JSON: <c>[x, y]</c>.</summary>
/// <param name="X">Pixels from the left edge.</param>
/// <param name="Y">Pixels from the top edge.</param>
[JsonConverter(typeof(PointJsonConverter))]
public readonly record struct Point(double X, double Y);
