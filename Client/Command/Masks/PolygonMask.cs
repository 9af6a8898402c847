namespace Loupe.Command.Masks;

/// <summary>
/// Fills polygons: a pixel is inside if its middle is, by the even-odd rule within a polygon; several polygons are
/// one mask together. Corners are first rounded to fifths of a pixel, as COCO's own tools do; what those then do to
/// slanted edges may differ by single pixels of the outline.
/// </summary>
internal static class PolygonMask
{
    private const double Grain = 5;
    private const double Middle = 0.5;
    private const int Pair = 2;
    private const int FewestNumbers = 6;

    // Corners times columns: what a hundred thousand edges over the whole of a wide picture would take.
    private const long MostCrossings = 1L << 26;

    /// <param name="polygons">Each x, y, x, y … in pixels, from the picture's upper left corner.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="width">Pixels.</param>
    /// <returns>Run lengths, column-major, zeros first.</returns>
    /// <exception cref="FormatException">Not a polygon, or one with too many crossings.</exception>
    public static IReadOnlyList<long> Fill(IReadOnlyList<IReadOnlyList<double>> polygons, int height, int width)
    {
        var columns = new bool[(long)height * width];
        var budget = MostCrossings;
        foreach (var polygon in polygons)
        {
            Fill(columns, polygon, height, width, ref budget);
        }

        return RunLengths.EncodeColumns(columns);
    }

    private static void Fill(bool[] columns, IReadOnlyList<double> polygon, int height, int width, ref long budget)
    {
        if (polygon.Count < FewestNumbers || polygon.Count % Pair != 0 || !polygon.All(double.IsFinite))
        {
            throw new FormatException("a polygon is x, y, x, y …, three corners or more");
        }

        var crossings = new List<int>?[width];
        for (var i = 0; i < polygon.Count; i += Pair)
        {
            var next = (i + Pair) % polygon.Count;
            Cross(
                crossings, height, (Round(polygon[i]), Round(polygon[i + 1])), (Round(polygon[next]), Round(polygon[next + 1])), ref budget);
        }

        for (var x = 0; x < width; x++)
        {
            var rows = crossings[x];
            rows?.Sort();
            for (var i = 0; i + 1 < rows?.Count; i += Pair)
            {
                columns.AsSpan((int)(((long)x * height) + rows[i]), rows[i + 1] - rows[i]).Fill(true);
            }
        }
    }

    // Notes for every column whose middle the edge passes the first row below it.
    private static void Cross(List<int>?[] crossings, int height, (double X, double Y) one, (double X, double Y) other, ref long budget)
    {
        var (from, to) = one.X <= other.X ? (one, other) : (other, one);
        var first = FirstMiddle(from.X, crossings.Length);
        var end = FirstMiddle(to.X, crossings.Length);
        budget -= end - first;
        if (budget < 0)
        {
            throw new FormatException("the polygons' edges cross too many columns");
        }

        for (var x = first; x < end; x++)
        {
            var y = from.Y + ((to.Y - from.Y) * (x + Middle - from.X) / (to.X - from.X));
            (crossings[x] ??= []).Add(FirstMiddle(y, height));
        }
    }

    private static int FirstMiddle(double from, int size) => (int)Math.Clamp(Math.Ceiling(from - Middle), 0, size);

    private static double Round(double coordinate) => Math.Floor((coordinate * Grain) + Middle) / Grain;
}
