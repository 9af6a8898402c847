using System.Globalization;
using Spectre.Console;

namespace Loupe.Command.Evaluation.Report;

/// <summary>A report for people: figures with their targets, then one row a metric, one column a group, intervals beside.</summary>
internal static class ReportTable
{
    public static void Write(IAnsiConsole console, EvaluationReport report)
    {
        if (TargetTable.Fits(report))
        {
            WriteTargets(console, report);
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumn("metric");
        foreach (var group in report.Groups)
        {
            table.AddColumn(new TableColumn($"{Markup.Escape(group.Name)} (95 % interval)").RightAligned());
            table.AddColumn(new TableColumn("n").RightAligned());
        }

        var figures = report.Groups.Select(group => group.Figures.ToDictionary(figure => figure.Metric)).ToList();
        foreach (var metric in figures.SelectMany(group => group.Keys).Distinct().OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            table.AddRow([Markup.Escape(metric.Label), .. figures.SelectMany(group => Cells(group.GetValueOrDefault(metric)))]);
        }

        console.Write(table);
        foreach (var group in report.Groups)
        {
            WriteCalibration(console, group);
            console.MarkupLineInterpolated(
                $"{group.Name}: {group.Scenes} scenes, {group.Questions} questions, {group.Failed} failed");
        }

        if (report.Model is { } model)
        {
            console.MarkupLineInterpolated($"answered by {model.Name} {model.Digest}");
        }
    }

    public static void WriteFailures(TextWriter error, EvaluationReport report)
    {
        foreach (var (message, count) in report.Failures.OrderByDescending(failure => failure.Value))
        {
            error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} × {message}"));
        }
    }

    /// <returns>The value and its interval in the metric's scale; "–" for what was not judged.</returns>
    public static string Show(Figure? figure) =>
        figure is { Interval: var (value, low, high), Metric.Scale: var scale } && !double.IsNaN(value)
        ? string.Create(CultureInfo.InvariantCulture, $"{value * scale:0.0} ({low * scale:0.0}–{high * scale:0.0})")
        : "–";

    private static string[] Cells(Figure? figure) => [Show(figure), figure?.Count.ToString(CultureInfo.InvariantCulture) ?? ""];

    private static void WriteTargets(IAnsiConsole console, EvaluationReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns([.. TargetTable.Header.Select(Markup.Escape)]);
        foreach (var row in TargetTable.Rows(report))
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        console.Write(table);
    }

    private static void WriteCalibration(IAnsiConsole console, GroupReport group)
    {
        if (group.Calibration.Count == 0)
        {
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).Title(Markup.Escape($"confidence of answers, {group.Name}"))
            .AddColumns("confidence", "mean, %", "right, %", "n");
        foreach (var bin in group.Calibration)
        {
            FormattableString[] cells =
                [$"{bin.From:0.0}–{bin.To:0.0}", $"{bin.Confidence * 100:0.0}", $"{bin.Right * 100:0.0}", $"{bin.Count}"];
            table.AddRow([.. cells.Select(FormattableString.Invariant)]);
        }

        console.Write(table);
    }
}
