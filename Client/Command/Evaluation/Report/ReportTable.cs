using System.Globalization;
using Spectre.Console;

namespace Loupe.Command.Evaluation.Report;

/// <summary>A report for people: one row a metric, one column a group, intervals beside the figures.</summary>
internal static class ReportTable
{
    public static void Write(IAnsiConsole console, EvaluationReport report)
    {
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

    private static string[] Cells(Figure? figure)
    {
        if (figure is not { Interval: var (value, low, high), Metric.Scale: var scale })
        {
            return ["–", ""];
        }

        return [
            double.IsNaN(value) ? "–" : string.Create(
                CultureInfo.InvariantCulture, $"{value * scale:0.0} ({low * scale:0.0}–{high * scale:0.0})"),
            figure.Count.ToString(CultureInfo.InvariantCulture)];
    }
}
