namespace Loupe;

/// <summary>
/// Fills polygons: a pixel is inside if its middle is, by the even-odd rule within a polygon; several polygons are
/// one mask together. Corners and edges are rounded to fifths of a pixel as COCO's own tools do, so that masks agree
/// with theirs; where an edge passes exactly through a middle, a single pixel may differ.
/// </summary>
public static class PolygonMask
{
    private const double Grain = 5;
    private const double Middle = 0.5;
    private const double Slack = 1e-9;
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
                crossings, height, (Round(polygon[i]), Round(polygon[i + 1])), (Round(polygon[next]), Round(polygon[next + 1])),
                ref budget);
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
            (crossings[x] ??= []).Add(FirstMiddle(Height(from, to, x), height));
        }
    }

    // COCO walks along an edge in steps of a fifth of a pixel and notes the upper of the two steps on either side of a
    // column's middle: on flat edges steps to the right, rounded to fifths, on steep ones steps down.
    private static double Height((double X, double Y) from, (double X, double Y) to, int column)
    {
        var slope = (to.Y - from.Y) / (to.X - from.X);
        var middle = Grain * (from.Y + (slope * (column + Middle - from.X)));
        if (Math.Abs(slope) > 1)
        {
            return Math.Floor(middle + Slack) / Grain;
        }

        var upper = middle - (Math.Abs(slope) * Middle);
        return Math.Floor(upper + Middle + Slack) / Grain;
    }

    private static int FirstMiddle(double from, int size) => (int)Math.Clamp(Math.Ceiling(from - Middle), 0, size);

    private static double Round(double coordinate) => Math.Floor((coordinate * Grain) + Middle) / Grain;
}
