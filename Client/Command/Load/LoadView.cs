using Spectre.Console;
using Spectre.Console.Rendering;

namespace Loupe.Command.Load;

/// <summary>A load report for people.</summary>
internal static class LoadView
{
    public static IRenderable Table(LoadReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach (var (label, value) in Rows(report))
        {
            table.AddRow(Markup.Escape(label), Markup.Escape(value));
        }

        return table;
    }

    /// <summary>One line for a log.</summary>
    public static string Line(LoadReport report) =>
        $"{report.Elapsed.TotalSeconds:0} s: {report.WordsPerSecond:0} words/s, {report.QuestionsPerSecond:0.0} questions/s, "
            + $"{report.Failed} errors";

    private static IEnumerable<(string Label, string Value)> Rows(LoadReport report)
    {
        yield return ("elapsed", $"{report.Elapsed.TotalSeconds:0.0} s");
        yield return ("words/s", $"{report.WordsPerSecond:0.0}");
        yield return ("questions/s", $"{report.QuestionsPerSecond:0.0}");
        yield return ("answered", $"{report.Answered}");
        yield return ("hung up", $"{report.HungUp}");
        yield return ("latency p50 / p95 / p99", Milliseconds(report.Latency));
        yield return ("first word p50 / p95 / p99", Milliseconds(report.FirstWord));
        if (report.Busy.Count > 0)
        {
            yield return ("stages busy", string.Join(", ", report.Busy.Select(stage => $"{stage.Key} {stage.Value:0.00}")));
        }

        yield return ("errors", $"{report.Failed}");
        foreach (var (kind, count) in report.Errors)
        {
            yield return ("  " + kind, $"{count}");
        }
    }

    private static string Milliseconds(Quantiles q) =>
        double.IsNaN(q.P50) ? "–" : $"{q.P50:0.0} / {q.P95:0.0} / {q.P99:0.0} ms";
}
