using System.Globalization;

namespace Loupe.Command.Evaluation.Report;

/// <summary>One line of the table of figures to reach.</summary>
/// <param name="Task">Whose figure it is.</param>
/// <param name="Metric">What the target is for.</param>
/// <param name="Seen">The target for seen styles, in the metric's scale for people.</param>
/// <param name="HeldOut">The target for the held-out style.</param>
/// <param name="Beside">A metric told beside it, without a target.</param>
internal sealed record Target(string Task, Metric Metric, double Seen, double HeldOut, Metric? Beside = null)
{
    public static readonly IReadOnlyList<Target> All =
    [
        new("locate", Metric.Locate, 92, 75),
        new("caption (region)", Metric.CaptionName, 95, 75, Metric.Cider),
        new("answer", Metric.Answer, 90, 75),
        new("detect", Metric.DetectF1, 60, 35),
        new("narrate", Metric.Inside, 90, 70, Metric.Distance),
        new("segment", Metric.MeanIou, 80, 65),
    ];

    public double Of(string group) => group == ReportBuilder.HeldOut ? HeldOut : Seen;
}

/// <summary>The six figures that a bundle is to reach, seen styles and the held-out one, each with its target beside.</summary>
internal static class TargetTable
{
    public static readonly IReadOnlyList<string> Header = ["task", "metric", "seen styles", "target", "held-out style", "target"];

    private static readonly string[] Groups = [ReportBuilder.Seen, ReportBuilder.HeldOut];

    /// <summary>Whether the dataset has styles, for which alone there are targets.</summary>
    public static bool Fits(EvaluationReport report) => report.Groups.Any(group => Groups.Contains(group.Name));

    /// <summary>One row a task, of as many cells as <see cref="Header"/>; "–" for what was not judged.</summary>
    public static IEnumerable<IReadOnlyList<string>> Rows(EvaluationReport report)
    {
        var figures = Groups
            .Select(name => report.Groups.FirstOrDefault(group => group.Name == name)?.Figures.ToDictionary(figure => figure.Metric) ?? [])
            .ToList();
        foreach (var target in Target.All)
        {
            var cells = Groups.Zip(figures, (group, own) => Cells(target, group, own)).SelectMany(cells => cells);
            yield return [target.Task, target.Metric.Label + (target.Beside is { } beside ? $"; {beside.Label}" : ""), .. cells];
        }
    }

    /// <summary>As Markdown.</summary>
    public static string Markdown(EvaluationReport report)
    {
        var lines = Rows(report).Prepend([.. Header.Select(_ => "---")]).Prepend(Header);
        return string.Concat(
            lines.Select(cells => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n"));
    }

    private static string[] Cells(Target target, string group, Dictionary<Metric, Figure> figures)
    {
        var figure = figures.GetValueOrDefault(target.Metric);
        var beside = target.Beside is { } other && figures.GetValueOrDefault(other) is { } found ? $"; {ReportTable.Show(found)}" : "";
        var goal = target.Of(group);
        var verdict = figure is null || double.IsNaN(figure.Interval.Value)
            ? ""
            : figure.Interval.Value * target.Metric.Scale >= goal ? " reached" : " missed";
        return [ReportTable.Show(figure) + beside, string.Create(CultureInfo.InvariantCulture, $"≥ {goal:0}{verdict}")];
    }
}
