using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Masks;
using Loupe.Command.Evaluation.Metrics;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Command.Evaluation;

/// <summary>Judges the outcomes of one group of scenes. What failed counts as wrong.</summary>
/// <param name="scenes">All scenes of the dataset; outcomes tell theirs by index.</param>
internal sealed class Judge(IReadOnlyList<EvaluationScene> scenes)
{
    // Everything is drawn from the same seed, so that one report can be compared with the next.
    private const int Seed = 20_260;

    /// <summary>Figures over some of the outcomes.</summary>
    /// <param name="name">The group's.</param>
    /// <param name="outcomes">The group's, in any order.</param>
    /// <param name="cider">The CIDEr-D of each caption of the whole dataset: document frequency knows no groups.</param>
    public GroupReport Report(string name, IReadOnlyList<Outcome> outcomes, IReadOnlyDictionary<Outcome, double> cider)
    {
        var members = outcomes.Select(o => o.Inquiry.Scene).Distinct().Order().ToList();
        var position = members.Select((scene, i) => (scene, i)).ToDictionary(p => p.scene, p => p.i);
        var tally = new Tally(members.Count);
        var overlaps = new OverlapTally(members.Count);
        foreach (var outcome in outcomes)
        {
            var at = position[outcome.Inquiry.Scene];
            JudgeOne(tally, at, outcome, scenes[outcome.Inquiry.Scene], overlaps);
            if (cider.TryGetValue(outcome, out var score))
            {
                tally.Add(Metric.Cider, at, score);
            }
        }

        var bootstrap = new Bootstrap(new Random(Seed));
        var confidence = new ConfidenceTally(outcomes.Where(IsExactlyJudged).Select(o => Confident(o, position)), members.Count);
        var detections = outcomes.Where(o => o.Inquiry.Task == VisionTask.Detect).ToList();
        IEnumerable<Figure> figures = [
            .. tally.Figures(bootstrap),
            .. DetectJudge.Figures(detections, scenes, bootstrap),
            .. overlaps.Figures(bootstrap),
            .. confidence.Figures(bootstrap)];
        return new(
            name, members.Count, outcomes.Count, outcomes.Count(o => o.Answer is null),
            [.. figures.OrderBy(figure => figure.Metric.Key, StringComparer.Ordinal)], tally.Kinds(),
            confidence.Calibration());
    }

    /// <summary>
    /// CIDEr-D of every caption with a reference: against what people wrote, or else the canonical wording, because
    /// names alone are no captions.
    /// </summary>
    public IReadOnlyDictionary<Outcome, double> Cider(IReadOnlyList<Outcome> outcomes)
    {
        var captions = outcomes.Where(o => o.Inquiry is { Task: VisionTask.Caption, Truth.Accept.Count: > 0 }).ToList();
        var scores = CiderD.Scores([.. captions.Select(o => new JudgedCaption(
            scenes[o.Inquiry.Scene].File, o.Answer?.Text ?? "", References(o.Inquiry.Truth!)))]);
        return new Dictionary<Outcome, double>(captions.Zip(scores, KeyValuePair.Create), ReferenceEqualityComparer.Instance);
    }

    private static void JudgeOne(Tally tally, int at, Outcome outcome, EvaluationScene scene, OverlapTally overlaps)
    {
        var (inquiry, answer, _) = outcome;
        var best = answer?.Regions.Count > 0 ? answer.Regions[0] : null;
        switch (inquiry)
        {
            case { Task: VisionTask.Locate, Truth.Box: { } box }:
                tally.Add(Metric.Locate, at, LocateAccuracy.IsHit(best?.Box, box), inquiry);
                break;
            case { Task: VisionTask.Locate }:
                tally.Add(Metric.Absent, at, answer is not null && LocateAccuracy.IsDeclined(best?.Score), inquiry);
                break;
            case { Task: VisionTask.Answer, Truth.Accept: { Count: > 0 } accepted }:
                tally.Add(Metric.Answer, at, ExactMatch.IsMatch(answer?.Text ?? "", accepted), inquiry);
                break;
            case { Task: VisionTask.Caption, Truth.Accept: { Count: > 0 } accepted }:
                tally.Add(
                    Metric.CaptionExact, at, answer is not null && ExactMatch.IsMatch(answer.Text, References(inquiry.Truth)), inquiry);
                if (inquiry.Truth is { References: null, Regions.Count: 1 })
                {
                    tally.Add(Metric.CaptionName, at, NameAccuracy.BeginsWith(answer?.Text ?? "", SceneTexts.Names(inquiry.Truth)) ? 1 : 0);
                }

                break;
            case { Task: VisionTask.Narrate }:
                Narration(tally, at, answer, scene);
                break;
            case { Task: VisionTask.Segment, Truth.Object: { } thing } when scene.Objects[thing].Mask is { } mask:
                overlaps.Add(at, OverlapTally.KindOf(inquiry.Truth), MaskOverlap.Of(best?.Mask, mask));
                break;
            case { Task: VisionTask.Segment }:
                tally.Add(Metric.SegmentAbsent, at, answer is not null && LocateAccuracy.IsDeclined(best?.Score), inquiry);
                break;
        }
    }

    private static IReadOnlyList<string> References(SceneQuestion caption) => caption.References ?? [caption.Accept[0]];

    private static bool IsExactlyJudged(Outcome outcome) =>
        outcome is { Inquiry: { Task: VisionTask.Answer, Truth.Accept.Count: > 0 }, Answer.Confidence: not null };

    private static Confident Confident(Outcome outcome, Dictionary<int, int> position) => new(
        position[outcome.Inquiry.Scene],
        outcome.Answer!.Confidence!.Value,
        ExactMatch.IsMatch(outcome.Answer.Text, outcome.Inquiry.Truth!.Accept));

    private static void Narration(Tally tally, int at, Answer? answer, EvaluationScene scene)
    {
        var things = scene.Objects.Select(o => (o.Name, o.Box)).ToList();
        var mentions = Pointing.Mentions(answer?.Words ?? [], things, scene.Width, scene.Height);
        foreach (var mention in mentions)
        {
            tally.Add(Metric.Inside, at, mention.Inside ? 1 : 0);
            tally.Add(Metric.Distance, at, mention.Distance);
        }

        // Pointing judges what was said; saying nothing must not look good.
        foreach (var name in things.Select(t => t.Name).Distinct())
        {
            tally.Add(Metric.Named, at, mentions.Any(m => m.Name == name) ? 1 : 0);
        }
    }
}
