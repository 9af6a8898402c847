using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>
/// One region that a question points at. Exactly one of <see cref="Box"/>, <see cref="Points"/> and
/// <see cref="Polygon"/> is given; text refers to the k-th region as <c>[k]</c>.
/// </summary>
public sealed record Region
{
    /// <summary>A box, in pixels of the original image.</summary>
    public Box? Box { get; init; }

    /// <summary>Clicks, in pixels of the original image.</summary>
    public IReadOnlyList<Point>? Points { get; init; }

    /// <summary>For each point 1 (inside the thing) or 0 (outside it); all 1 when absent.</summary>
    public IReadOnlyList<int>? Labels { get; init; }

    /// <summary>The outline, at least three corners, in pixels of the original image.</summary>
    public IReadOnlyList<Point>? Polygon { get; init; }

    /// <summary>The smallest box that holds all of it.</summary>
    [JsonIgnore]
    public Box Bounds => Box ?? Loupe.Box.Around(Polygon ?? Points ?? []);

    public static Region OfBox(double x0, double y0, double x1, double y1) => new() { Box = new Box(x0, y0, x1, y1) };

    public static Region OfPoint(double x, double y) => new() { Points = [new Point(x, y)] };
}
