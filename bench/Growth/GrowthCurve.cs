using Loupe.Bench.Statistics;

namespace Loupe.Bench.Growth;

/// <summary>What something costs as there is more of it.</summary>
/// <param name="Name">As files and JSON name it.</param>
/// <param name="What">For people.</param>
/// <param name="X">What there is more of.</param>
/// <param name="Points">How many, and milliseconds in all.</param>
internal sealed record GrowthCurve(string Name, string What, string X, IReadOnlyList<(double Count, Spread Ms)> Points)
{
    // Measured times scatter, so that what is linear may come out a little above.
    private const double Tolerance = 1.1;

    /// <summary>
    /// The power that time grows by: least squares through the logarithms. 1 is linear, less is better; not a number of
    /// fewer than two points.
    /// </summary>
    public double Exponent
    {
        get
        {
            var points = Points.Where(point => point.Count > 0 && point.Ms.Median > 0)
                .Select(point => (X: Math.Log(point.Count), Y: Math.Log(point.Ms.Median)))
                .ToList();
            if (points.Count < 2)
            {
                return double.NaN;
            }

            var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
            return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
        }
    }

    /// <summary>Whether it grows faster than what there is of it.</summary>
    public bool IsWorseThanLinear => Exponent > Tolerance;
}
