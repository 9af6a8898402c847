namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Between pixels of the original image and the graphs' coordinates, which are divided by the longer side.
/// </summary>
internal readonly struct PixelGeometry(ImageSize size)
{
    private readonly double _longer = Math.Max(size.Width, size.Height);

    public float ToGraph(double pixels) => (float)(pixels / _longer);

    /// <summary>A place from a graph as a box within the image, its corners in order.</summary>
    /// <param name="place">x0, y0, x1, y1.</param>
    public Box ToBox(ReadOnlySpan<float> place)
    {
        var (x0, y0) = (ToPixels(place[0], size.Width), ToPixels(place[1], size.Height));
        var (x1, y1) = (ToPixels(place[2], size.Width), ToPixels(place[3], size.Height));
        return new(Math.Min(x0, x1), Math.Min(y0, y1), Math.Max(x0, x1), Math.Max(y0, y1));
    }

    /// <summary>A frame from a graph in pixels of the original image, as it is: it may reach beyond the image.</summary>
    /// <param name="frame">x0, y0, x1, y1.</param>
    public Box ToFrame(ReadOnlySpan<float> frame) => new(frame[0] * _longer, frame[1] * _longer, frame[2] * _longer, frame[3] * _longer);

    // A number that is none must not travel on: JSON has no way to write it.
    private double ToPixels(float place, int limit) => float.IsNaN(place) ? 0 : Math.Clamp(place * _longer, 0, limit);
}
