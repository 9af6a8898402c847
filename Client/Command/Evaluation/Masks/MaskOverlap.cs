namespace Loupe.Command.Evaluation.Masks;

/// <summary>
/// How much of two masks is shared, in pixels. Mean IoU is the mean of <see cref="Iou"/>; cumulative IoU (also
/// "overall IoU") is all intersections over all unions, so that large things weigh more. Source: Hu et al.,
/// "Segmentation from Natural Language Expressions", ECCV 2016. Units: 0 to 1.
/// </summary>
/// <param name="Intersection">Pixels in both.</param>
/// <param name="Union">Pixels in either.</param>
internal readonly record struct MaskOverlap(long Intersection, long Union)
{
    /// <summary>Two empty masks agree.</summary>
    public double Iou => Union == 0 ? 1 : (double)Intersection / Union;

    public static MaskOverlap Of(ReadOnlySpan<bool> one, ReadOnlySpan<bool> other)
    {
        if (one.Length != other.Length)
        {
            throw new ArgumentException("masks of different pictures", nameof(other));
        }

        long intersection = 0, union = 0;
        for (var i = 0; i < one.Length; i++)
        {
            intersection += one[i] && other[i] ? 1 : 0;
            union += one[i] || other[i] ? 1 : 0;
        }

        return new(intersection, union);
    }

    /// <summary>A mask of another size, or none, shares nothing with the truth.</summary>
    public static MaskOverlap Of(Mask? answered, Mask truth)
    {
        var expected = RunLengths.Decode(RunLengths.Expand(truth.Counts), truth.Size[0], truth.Size[1]);
        return answered is not null && answered.Size.SequenceEqual(truth.Size)
            ? Of(RunLengths.Decode(RunLengths.Expand(answered.Counts), answered.Size[0], answered.Size[1]), expected)
            : new(0, expected.LongCount(pixel => pixel));
    }

    public static double MeanIou(IReadOnlyCollection<MaskOverlap> overlaps) =>
        overlaps.Count == 0 ? double.NaN : overlaps.Average(overlap => overlap.Iou);

    public static double CumulativeIou(IReadOnlyCollection<MaskOverlap> overlaps)
    {
        var union = overlaps.Sum(overlap => overlap.Union);
        return union == 0 ? double.NaN : (double)overlaps.Sum(overlap => overlap.Intersection) / union;
    }
}
