using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Masks;
using Loupe.Command.Evaluation.Metrics;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Command.Evaluation;

/// <summary>Collects overlaps of masks by scene and by what was pointed with, for mean and cumulative IoU.</summary>
internal sealed class OverlapTally(int scenes)
{
    private readonly List<(int Scene, string Kind, MaskOverlap Overlap)> _overlaps = [];

    public void Add(int scene, string kind, MaskOverlap overlap) => _overlaps.Add((scene, kind, overlap));

    /// <returns><c>box</c>, <c>points</c>, <c>polygon</c>, or <c>text</c> where there is no region.</returns>
    public static string KindOf(SceneQuestion question) => question.Regions switch
    {
        [] => "text",
        [{ Box: not null }, ..] => "box",
        [{ Points: not null }, ..] => "points",
        _ => "polygon",
    };

    /// <summary>Over everything, and over each kind that was asked.</summary>
    public IEnumerable<Figure> Figures(Bootstrap bootstrap)
    {
        if (_overlaps.Count == 0)
        {
            return [];
        }

        var kinds = _overlaps.Select(o => o.Kind).Distinct().Order(StringComparer.Ordinal).ToList();
        return [
            .. Figures(bootstrap, Metric.MeanIou, Metric.CumulativeIou, _ => true),
            .. kinds.SelectMany(kind => Figures(bootstrap, Metric.MeanIou.Of(kind), Metric.CumulativeIou.Of(kind), k => k == kind))];
    }

    private IEnumerable<Figure> Figures(Bootstrap bootstrap, Metric mean, Metric cumulative, Func<string, bool> of)
    {
        var byScene = Enumerable.Range(0, scenes).Select(_ => new List<MaskOverlap>()).ToArray();
        foreach (var (scene, _, overlap) in _overlaps.Where(o => of(o.Kind)))
        {
            byScene[scene].Add(overlap);
        }

        var count = byScene.Sum(scene => scene.Count);
        yield return new(mean, bootstrap.OfMean([.. byScene.Select(scene => scene.Select(overlap => overlap.Iou).ToList())]), count);

        var sums = byScene.Select(scene => new MaskOverlap(scene.Sum(o => o.Intersection), scene.Sum(o => o.Union))).ToArray();
        yield return new(cumulative, bootstrap.Of(scenes, times => MaskOverlap.CumulativeIou(
            [.. sums.Zip(times, (sum, n) => new MaskOverlap(sum.Intersection * n, sum.Union * n))])), count);
    }
}
