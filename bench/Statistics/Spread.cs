namespace Loupe.Bench.Statistics;

/// <summary>A figure over rounds: its middle, and how far it went.</summary>
internal readonly record struct Spread(double Median, double Least, double Most, int Count)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Where(double.IsFinite).Order().ToArray();
        return sorted.Length == 0 ? new(double.NaN, double.NaN, double.NaN, 0) : new(At(sorted, 0.5), sorted[0], sorted[^1], sorted.Length);
    }

    /// <summary>The value of nearest rank: the least that a share of the values does not exceed; not a number of none.</summary>
    public static double NearestRank(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    /// <summary>
    /// What a share of sorted values does not exceed, between two of them as the share falls; not a number of none.
    /// </summary>
    public static double At(IReadOnlyList<double> sorted, double share)
    {
        if (sorted.Count == 0)
        {
            return double.NaN;
        }

        var place = share * (sorted.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
