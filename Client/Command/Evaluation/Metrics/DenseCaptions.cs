namespace Loupe.Command.Evaluation.Metrics;

/// <summary>A thing that is in a scene, and the texts that name it.</summary>
internal sealed record TrueRegion(Box Box, IReadOnlyList<string> Texts);

/// <summary>
/// What was found in one scene, matched against what is there: for one pair of thresholds the finds with their scores
/// and whether each hit something.
/// </summary>
/// <param name="Finds">By falling score.</param>
/// <param name="Truths">How many things there were to find.</param>
internal sealed record MatchedScene(IReadOnlyList<(double Score, bool Hit)> Finds, int Truths);

/// <summary>
/// Matching for dense-caption mAP. Source: Johnson et al., "DenseCap", CVPR 2016: a find counts if its box and its
/// text both agree well enough with one thing that no better find has taken; things whose boxes overlap by IoU ≥ 0.7
/// are merged first and may be named by any of their texts. IoU thresholds are DenseCap's; text similarity is
/// <see cref="WordF1"/> in METEOR's stead, with thresholds over its whole range.
/// </summary>
internal static class DenseCaptions
{
    public static readonly IReadOnlyList<double> BoxThresholds = [0.3, 0.4, 0.5, 0.6, 0.7];
    public static readonly IReadOnlyList<double> TextThresholds = [0, 0.25, 0.5, 0.75, 1];

    private const double MergeAt = 0.7;

    // F1 of integers over integers may fall short of a threshold that it equals by the last bit alone.
    private const double Rounding = 1e-9;

    /// <summary>Things that overlap by IoU ≥ 0.7 become one, with their mean box and all their texts.</summary>
    public static IReadOnlyList<TrueRegion> Merge(IReadOnlyList<TrueRegion> truths)
    {
        var left = truths.ToList();
        var merged = new List<TrueRegion>();
        while (left.Count > 0)
        {
            // DenseCap takes the thing with the most overlapping others first.
            var seed = left.MaxBy(t => left.Count(o => t.Box.Iou(o.Box) >= MergeAt))!;
            var group = left.Where(o => ReferenceEquals(o, seed) || o.Box.Iou(seed.Box) >= MergeAt).ToList();
            left.RemoveAll(group.Contains);
            var mean = new Box(
                group.Average(g => g.Box.X0), group.Average(g => g.Box.Y0), group.Average(g => g.Box.X1), group.Average(g => g.Box.Y1));
            merged.Add(new(mean, [.. group.SelectMany(g => g.Texts).Distinct()]));
        }

        return merged;
    }

    /// <summary>By text similarity to any of a thing's texts.</summary>
    public static MatchedScene Match(
        IReadOnlyList<FoundRegion> found, IReadOnlyList<TrueRegion> truths, double minIou, double minSimilarity) =>
        Match(found, truths, minIou, (text, truth) => WordF1.Best(text, truth.Texts) >= minSimilarity - Rounding);

    /// <summary>Greedy by falling score; a find takes the free thing that it overlaps most among those it names.</summary>
    public static MatchedScene Match(
        IReadOnlyList<FoundRegion> found, IReadOnlyList<TrueRegion> truths, double minIou, Func<string, TrueRegion, bool> names)
    {
        var taken = new bool[truths.Count];
        var finds = new List<(double, bool)>(found.Count);
        foreach (var find in found.OrderByDescending(f => f.Score))
        {
            var best = -1;
            var bestIou = 0.0;
            for (var i = 0; i < truths.Count; i++)
            {
                var iou = find.Box.Iou(truths[i].Box);
                if (!taken[i] && iou >= minIou && iou > bestIou && names(find.Text ?? "", truths[i]))
                {
                    (best, bestIou) = (i, iou);
                }
            }

            if (best >= 0)
            {
                taken[best] = true;
            }

            finds.Add((find.Score, best >= 0));
        }

        return new(finds, truths.Count);
    }
}
