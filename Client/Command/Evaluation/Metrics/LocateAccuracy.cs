namespace Loupe.Command.Evaluation.Metrics;

/// <summary>
/// P@0.5 of referring-expression comprehension: the share of expressions whose best box overlaps the truth by more
/// than half. Source: Yu et al., "Modeling Context in Referring Expressions" (RefCOCO), ECCV 2016. Unit: share, 0 to 1.
/// </summary>
internal static class LocateAccuracy
{
    public const double Threshold = 0.5;

    /// <summary>Whether IoU is strictly more than <see cref="Threshold"/>; exactly half is a miss, and so is no box.</summary>
    public static bool IsHit(Box? answered, Box truth) => answered is { } box && box.Iou(truth) > Threshold;

    /// <summary>
    /// Whether an expression that nothing in the picture fits was declined: no region, or the best one scored below
    /// <see cref="Threshold"/>.
    /// </summary>
    public static bool IsDeclined(double? bestScore) => bestScore is not { } score || score < Threshold;
}
