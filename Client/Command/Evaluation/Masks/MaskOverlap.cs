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

    /// <summary>A mask of another size, one that cannot be read, or none shares nothing with the truth.</summary>
    /// <exception cref="FormatException">The truth cannot be read.</exception>
    public static MaskOverlap Of(Mask? answered, Mask truth)
    {
        var expected = Pixels(truth);
        if (answered is not null && answered.Size.SequenceEqual(truth.Size))
        {
            try
            {
                return Of(Pixels(answered), expected);
            }
            catch (FormatException)
            {
                // Unreadable is wrong, as the answer of a model; it does not end the evaluation.
            }
        }

        return new(0, expected.LongCount(pixel => pixel));
    }

    public static double MeanIou(IReadOnlyCollection<MaskOverlap> overlaps) =>
        overlaps.Count == 0 ? double.NaN : overlaps.Average(overlap => overlap.Iou);

    public static double CumulativeIou(IReadOnlyCollection<MaskOverlap> overlaps)
    {
        var union = overlaps.Sum(overlap => overlap.Union);
        return union == 0 ? double.NaN : (double)overlaps.Sum(overlap => overlap.Intersection) / union;
    }

    private static bool[] Pixels(Mask mask) => RunLengths.Decode(RunLengths.Expand(mask.Counts), mask.Size[0], mask.Size[1]);
}
