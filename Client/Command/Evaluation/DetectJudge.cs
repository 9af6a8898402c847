using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Metrics;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Command.Evaluation;

/// <summary>Mean average precision of detections: over pairs of thresholds, with and without the text.</summary>
internal static class DetectJudge
{
    public static IEnumerable<Figure> Figures(
        IReadOnlyList<Outcome> outcomes, IReadOnlyList<EvaluationScene> scenes, Bootstrap bootstrap)
    {
        if (outcomes.Count == 0)
        {
            return [];
        }

        var found = outcomes.Select(o => o.Answer?.Regions ?? []).ToList();
        var things = outcomes.Select(o => SceneTexts.Truths(scenes[o.Inquiry.Scene])).ToList();
        var merged = things.Select(DenseCaptions.Merge).ToList();
        IReadOnlyList<MatchedScene> Matched(Func<int, MatchedScene> match) => [.. Enumerable.Range(0, outcomes.Count).Select(match)];

        var boxes = DenseCaptions.BoxThresholds;
        var grid = from iou in boxes
                   from similarity in DenseCaptions.TextThresholds
                   select Matched(i => DenseCaptions.Match(found[i], merged[i], iou, similarity));
        var named = boxes.Select(iou => Matched(i => DenseCaptions.Match(found[i], things[i], iou, SaysName)));
        var alone = boxes.Select(iou => Matched(i => DenseCaptions.Match(found[i], merged[i], iou, 0)));
        return [
            Mean(Metric.DetectF1, grid, outcomes.Count, bootstrap),
            Mean(Metric.DetectName, named, outcomes.Count, bootstrap),
            Mean(Metric.DetectBoxes, alone, outcomes.Count, bootstrap)];
    }

    // A truth's first text is its name.
    private static bool SaysName(string text, TrueRegion truth) => NameAccuracy.Says(text, [truth.Texts[0]]);

    private static Figure Mean(Metric metric, IEnumerable<IReadOnlyList<MatchedScene>> thresholds, int scenes, Bootstrap bootstrap)
    {
        var curves = thresholds.Select(matched => new AveragePrecision(matched)).ToList();
        return new(metric, bootstrap.Of(scenes, times => curves.Average(curve => curve.Of(times))), scenes);
    }
}
