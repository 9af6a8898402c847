namespace Loupe.Command.Drawing;

/// <summary>The picture that is drawn on, and where labels stand on it already.</summary>
/// <param name="width">Pixels.</param>
/// <param name="height">Pixels.</param>
internal sealed class Canvas(int width, int height)
{
    private readonly List<Box> _taken = [];

    public int Width => width;

    public int Height => height;

    /// <summary>The thickness of a thin line, in pixels: drawings keep their size relative to the picture.</summary>
    public double Unit { get; } = Math.Max(width, height) / 400.0;

    /// <summary>
    /// Finds room for a label: where it is wanted, moved into the picture, or below the labels that stand there. In a
    /// crowd without room to the bottom it covers others.
    /// </summary>
    public Box Take(Box wanted)
    {
        var place = Moved(wanted, Math.Clamp(wanted.Y0, 0, Math.Max(0, height - wanted.Height)));
        var free = place;
        while (_taken.FirstOrDefault(other => other.Iou(free) > 0) is { Area: > 0 } other)
        {
            free = Moved(free, other.Y1);
        }

        place = free.Y1 <= height ? free : place;
        _taken.Add(place);
        return place;
    }

    private static Box Moved(Box box, double top) => box with { Y0 = top, Y1 = top + box.Height };
}
