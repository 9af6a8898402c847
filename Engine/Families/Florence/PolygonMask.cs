namespace Loupe.Engine.Families.Florence;

/// <summary>Outlines as a mask: a pixel belongs to it where its middle lies within one of them, by the even-odd rule.</summary>
internal static class PolygonMask
{
    /// <param name="outlines">Pixels of the original image, each three corners at least.</param>
    /// <param name="size">Of the original image.</param>
    public static Mask Of(IReadOnlyList<Point[]> outlines, ImageSize size)
    {
        var columns = new bool[(long)size.Width * size.Height];
        foreach (var outline in outlines)
        {
            var from = Math.Clamp((int)Math.Floor(outline.Min(p => p.X)), 0, size.Width);
            var to = Math.Clamp((int)Math.Ceiling(outline.Max(p => p.X)), 0, size.Width);
            for (var x = from; x < to; x++)
            {
                Fill(columns.AsSpan(x * size.Height, size.Height), outline, x + 0.5);
            }
        }

        return new Mask([size.Height, size.Width], RunLengths.Compress(RunLengths.EncodeColumns(columns)));
    }

    private static void Fill(Span<bool> column, Point[] outline, double x)
    {
        var crossings = new List<double>();
        for (var i = 0; i < outline.Length; i++)
        {
            var (a, b) = (outline[i], outline[(i + 1) % outline.Length]);
            if (a.X <= x != b.X <= x)
            {
                crossings.Add(a.Y + ((x - a.X) / (b.X - a.X) * (b.Y - a.Y)));
            }
        }

        crossings.Sort();
        for (var i = 0; i + 1 < crossings.Count; i += 2)
        {
            var from = Math.Clamp((int)Math.Ceiling(crossings[i] - 0.5), 0, column.Length);
            var to = Math.Clamp((int)Math.Ceiling(crossings[i + 1] - 0.5), from, column.Length);
            column[from..to].Fill(true);
        }
    }
}
