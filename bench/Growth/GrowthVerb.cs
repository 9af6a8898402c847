using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Loupe.Bench.Charts;
using Loupe.Bench.Output;
using Loupe.Bench.Suite;
using Loupe.Bench.Verbs;
using Spectre.Console;

namespace Loupe.Bench.Growth;

/// <summary><c>loupe bench growth</c>.</summary>
internal sealed class GrowthVerb
{
    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often everything is timed.",
        DefaultValueFactory = _ => 20,
        HelpName = "N",
    };
    private readonly Option<string?> _bundle = new("--bundle")
    {
        Description = "The bundle. Default: models/scenes-mini.",
        HelpName = "DIR",
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for JSON and SVG. Default: bench/results.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var verb = new GrowthVerb();
        verb._rounds.Validators.Add(Ranges.Between(1, 1000));
        var command = new Command(VerbNames.Growth, VerbNames.What(VerbNames.Growth)) { verb._rounds, verb._bundle, verb._out };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = new ResultFolder(parsed.GetValue(_out));
        IReadOnlyList<GrowthCurve> curves;
        using (var run = new GrowthRun(BundleFolder.Of(parsed.GetValue(_bundle)), parsed.GetValue(_rounds), Console.Error.WriteLine))
        {
            curves = await run.RunAsync(cancellation);
        }

        var table = new Table()
            .Border(TableBorder.Markdown)
            .AddColumns("what", "of", "least", "ms", "most", "ms", "exponent", string.Empty);
        foreach (var curve in curves)
        {
            var (first, last) = (curve.Points[0], curve.Points[^1]);
            table.AddRow(
                curve.What, curve.X, Text(first.Count), SuiteText.Number(first.Ms.Median), Text(last.Count),
                SuiteText.Number(last.Ms.Median),
                curve.Exponent.ToString("0.00", CultureInfo.InvariantCulture), curve.IsWorseThanLinear
                    ? "worse than linear"
                    : string.Empty);
            folder.WriteChart($"growth-{curve.Name}", ChartOf(curve));
        }

        Consoles.Out().Write(table);
        var path = folder.WriteJson("growth", new JsonObject
        {
            ["rounds"] = parsed.GetValue(_rounds),
            ["curves"] = new JsonArray([.. curves.Select(curve => new JsonObject
            {
                ["name"] = curve.Name,
                ["what"] = curve.What,
                ["of"] = curve.X,
                ["exponent"] = ResultFolder.Number(curve.Exponent),
                ["points"] = new JsonArray([.. curve.Points.Select(point => new JsonObject
                {
                    ["count"] = point.Count,
                    ["ms"] = ResultFolder.Number(point.Ms.Median),
                    ["least"] = ResultFolder.Number(point.Ms.Least),
                    ["most"] = ResultFolder.Number(point.Ms.Most),
                })]),
            })]),
        });
        Console.WriteLine($"Written to {path}, with charts beside it.");
        return ExitCode.Success;
    }

    private static LineChart ChartOf(GrowthCurve curve)
    {
        var (count, ms) = curve.Points[0];
        return new LineChart
        {
            Title = curve.What,
            X = curve.X,
            Y = "milliseconds",
            Lines =
            [
                ("median", [.. curve.Points.Select(point => (point.Count, point.Ms.Median))]),
                ("each as the first", [.. curve.Points.Select(point => (point.Count, ms.Median * point.Count / count))]),
            ],
        };
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
