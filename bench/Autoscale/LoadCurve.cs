namespace Loupe.Bench.Autoscale;

/// <summary>Visits a second over time: straight lines between points.</summary>
/// <param name="points">Seconds and visits a second, in order of time; before the first and after the last it stays level.</param>
internal sealed class LoadCurve(IReadOnlyList<(double At, double Rate)> points)
{
    public double Seconds => points[^1].At;

    public double RateAt(double seconds)
    {
        for (var i = 1; i < points.Count; i++)
        {
            var ((from, low), (to, high)) = (points[i - 1], points[i]);
            if (seconds <= to)
            {
                return seconds <= from ? low : low + ((high - low) * (seconds - from) / (to - from));
            }
        }

        return points[^1].Rate;
    }

    /// <summary>When visits come: independently of each other and of what was answered (a Poisson process), from 0 on.</summary>
    public IEnumerable<double> Arrivals(Random random)
    {
        // Drawn at the highest rate, and thinned to what it is then.
        var highest = points.Max(point => point.Rate);
        for (var at = Gap(); at < Seconds; at += Gap())
        {
            if (random.NextDouble() * highest < RateAt(at))
            {
                yield return at;
            }
        }

        double Gap() => -Math.Log(1 - random.NextDouble()) / highest;
    }

    /// <summary>Low, a steep rise, a long time high, down again in two steps, low until all has settled.</summary>
    /// <param name="seconds">Of all of it.</param>
    /// <param name="low">Visits a second.</param>
    /// <param name="high">Visits a second.</param>
    public static LoadCurve Day(double seconds, double low, double high) => new(
    [
        (0, low), (0.1 * seconds, low), (0.2 * seconds, high), (0.5 * seconds, high), (0.6 * seconds, (low + high) / 2),
        (0.7 * seconds, (low + high) / 2), (0.8 * seconds, low), (seconds, low),
    ]);
}
