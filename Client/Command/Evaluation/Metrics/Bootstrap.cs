namespace Loupe.Command.Evaluation.Metrics;

/// <summary>An estimate with its confidence interval.</summary>
/// <param name="Value">The estimate over everything; NaN if there was nothing to judge.</param>
/// <param name="Low">The lower end, at 2.5 %.</param>
/// <param name="High">The upper end, at 97.5 %.</param>
internal readonly record struct Interval(double Value, double Low, double High);

/// <summary>
/// Percentile bootstrap, 95 %. Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 13.
/// What is drawn anew is whole scenes, not questions: questions about one picture fail together, and drawing them
/// singly would promise a narrower interval than there is.
/// </summary>
/// <param name="random">Where the draws come from; seeded by the caller, so that a report can be repeated.</param>
/// <param name="resamples">How often the scenes are drawn anew.</param>
internal sealed class Bootstrap(Random random, int resamples = 1000)
{
    private const double Tail = 0.025;

    /// <param name="scenes">How many scenes there are.</param>
    /// <param name="statistic">The figure, given how often each scene was drawn.</param>
    public Interval Of(int scenes, Func<int[], double> statistic)
    {
        var once = new int[scenes];
        Array.Fill(once, 1);
        var value = statistic(once);
        var drawn = new List<double>(resamples);
        for (var i = 0; i < resamples && scenes > 0; i++)
        {
            var times = new int[scenes];
            for (var k = 0; k < scenes; k++)
            {
                times[random.Next(scenes)]++;
            }

            // A draw that has none of the judged scenes says nothing about the figure.
            var figure = statistic(times);
            if (!double.IsNaN(figure))
            {
                drawn.Add(figure);
            }
        }

        drawn.Sort();
        return new(value, Percentile(drawn, Tail), Percentile(drawn, 1 - Tail));
    }

    /// <summary>Of the mean of all values of all scenes.</summary>
    /// <param name="values">By scene.</param>
    public Interval OfMean(IReadOnlyList<IReadOnlyList<double>> values)
    {
        var sums = values.Select(scene => scene.Sum()).ToArray();
        return Of(values.Count, times =>
        {
            double sum = 0, count = 0;
            for (var i = 0; i < times.Length; i++)
            {
                sum += times[i] * sums[i];
                count += times[i] * values[i].Count;
            }

            return count > 0 ? sum / count : double.NaN;
        });
    }

    /// <summary>Linear between the two nearest ranks.</summary>
    internal static double Percentile(List<double> sorted, double share)
    {
        if (sorted.Count == 0)
        {
            return double.NaN;
        }

        var rank = share * (sorted.Count - 1);
        var below = (int)Math.Floor(rank);
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((rank - below) * (sorted[above] - sorted[below]));
    }
}
