using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Command.Evaluation.Report;

/// <summary>A metric as it is reported.</summary>
/// <param name="Key">Its name in JSON.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Scale">What the value is multiplied by for people: 100 for a share, told in per cent.</param>
internal sealed record Metric(string Key, string Label, double Scale = 100)
{
    public static readonly Metric Locate = new("locate.p50", "locate: P@0.5 (IoU > 0.5), %");
    public static readonly Metric Absent = new("locate.absent", "locate: what is not there, declined, %");
    public static readonly Metric Answer = new("answer.exact", "answer: exact match, accepted phrasings, %");
    public static readonly Metric CaptionName = new("caption.name", "caption of a region: says the name, %");
    public static readonly Metric CaptionExact = new("caption.exact", "caption: exact match, %");
    public static readonly Metric Cider = new("caption.ciderD", "caption: CIDEr-D, 0–10", 1);
    public static readonly Metric DetectF1 = new("detect.map", "detect: mAP, IoU .3–.7 × word F1 0–1, %");
    public static readonly Metric DetectName = new("detect.mapName", "detect: mAP, IoU .3–.7, says the name, %");
    public static readonly Metric DetectBoxes = new("detect.mapBoxes", "detect: mAP, IoU .3–.7, boxes alone, %");
    public static readonly Metric SegmentAbsent = new("segment.absent", "segment: what is not there, declined, %");
    public static readonly Metric MeanIou = new("segment.miou", "segment: mean IoU, %");
    public static readonly Metric CumulativeIou = new("segment.ciou", "segment: cumulative IoU, %");
    public static readonly Metric Auroc = new("answer.auroc", "answer: AUROC of confidence, right above wrong, %");
    public static readonly Metric CalibrationError = new("answer.ece", "answer: expected calibration error of confidence, %");
    public static readonly Metric Inside = new("narrate.inside", "narrate: names placed within their thing, %");
    public static readonly Metric Distance = new("narrate.distance", "narrate: mean distance, % of the diagonal");
    public static readonly Metric Named = new("narrate.named", "narrate: things named, %");

    /// <summary>The same metric over questions of one kind.</summary>
    public Metric Of(string kind) =>
        this with { Key = $"{Key}.{kind}", Label = Label.Replace(":", $" by {kind}:", StringComparison.Ordinal) };
}

/// <summary>A metric's value over a group of scenes.</summary>
/// <param name="Metric">Which.</param>
/// <param name="Interval">The estimate and its 95 % interval.</param>
/// <param name="Count">How many things were judged: questions, captions, scenes or words.</param>
internal sealed record Figure(Metric Metric, Interval Interval, int Count);

/// <summary>All figures over the scenes of one group.</summary>
/// <param name="Name"><c>seen</c>, <c>held-out</c> or <c>all</c>.</param>
/// <param name="Scenes">How many.</param>
/// <param name="Questions">How many were asked.</param>
/// <param name="Failed">How many of these got no answer; each counts as wrong wherever it would have been judged.</param>
/// <param name="Figures">Only those that anything was judged for.</param>
/// <param name="Kinds">Locate and answer by sort of question: share right and how many.</param>
/// <param name="Calibration">Answers by their confidence; empty where none told one.</param>
internal sealed record GroupReport(
    string Name,
    int Scenes,
    int Questions,
    int Failed,
    IReadOnlyList<Figure> Figures,
    IReadOnlyList<KindFigure> Kinds,
    IReadOnlyList<CalibrationBin> Calibration);

/// <summary>The share of one sort of question that was answered right.</summary>
internal sealed record KindFigure(string Task, string Kind, double Share, int Count);

/// <summary>Everything that one evaluation says.</summary>
/// <param name="Groups">By style group.</param>
/// <param name="Failures">Each different failure message with how often it came.</param>
/// <param name="Model">Which bundle answered; null if none did.</param>
internal sealed record EvaluationReport(
    IReadOnlyList<GroupReport> Groups, IReadOnlyDictionary<string, int> Failures, ModelIdentity? Model)
{
    public int Failed => Failures.Values.Sum();
}
