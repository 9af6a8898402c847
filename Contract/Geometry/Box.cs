using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>
/// An axis-aligned box in pixels of the original image; right and bottom edges are exclusive.
/// JSON: <c>[x0, y0, x1, y1]</c>.
/// </summary>
[JsonConverter(typeof(BoxJsonConverter))]
public readonly record struct Box(
    double X0,
    double Y0,
    double X1,
    double Y1)
{
    public double Width => X1 - X0;

    public double Height => Y1 - Y0;

    /// <summary>Square pixels; 0 for a box that is turned inside out.</summary>
    public double Area => Math.Max(0, Width) * Math.Max(0, Height);

    public Point Center => new((X0 + X1) / 2, (Y0 + Y1) / 2);

    /// <summary>The smallest box that holds all of some points, of which there is one at least.</summary>
    public static Box Around(IReadOnlyCollection<Point> points) =>
        new(points.Min(p => p.X), points.Min(p => p.Y), points.Max(p => p.X), points.Max(p => p.Y));

    /// <summary>Intersection over union of two boxes, 0 to 1.</summary>
    public double Iou(Box other)
    {
        var shared = new Box(Math.Max(X0, other.X0), Math.Max(Y0, other.Y0), Math.Min(X1, other.X1), Math.Min(Y1, other.Y1)).Area;
        var union = Area + other.Area - shared;
        return shared > 0 && union > 0 ? shared / union : 0;
    }
}
