namespace Loupe.Grains.Placement;

/// <summary>A silo that could take a grain, as the placement sees it.</summary>
/// <param name="Name">Its stable name: a silo that comes back under the same name gets the same images.</param>
/// <param name="Capacity">Its weight; a silo of twice the capacity is home to twice the images. More than 0.</param>
/// <param name="Saturation">Queue time over its target; <see cref="double.PositiveInfinity"/> where it is not known (stale).</param>
internal readonly record struct Candidate(string Name, double Capacity, double Saturation);

/// <summary>When a silo is over its bound.</summary>
/// <param name="Floor">A saturation up to this is never over.</param>
/// <param name="Spread">Above the floor, a silo is over at this multiple of the cluster's mean (by capacity).</param>
internal readonly record struct LoadBound(double Floor, double Spread)
{
    /// <summary>The saturation above which a silo is passed over, among these.</summary>
    public double Of(IReadOnlyList<Candidate> candidates)
    {
        var (sum, capacity) = (0.0, 0.0);
        foreach (var candidate in candidates)
        {
            if (double.IsFinite(candidate.Saturation))
            {
                sum += candidate.Saturation * candidate.Capacity;
                capacity += candidate.Capacity;
            }
        }

        return capacity > 0 ? Math.Max(Floor, Spread * sum / capacity) : Floor;
    }
}
