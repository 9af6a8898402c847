using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Loupe.Bench.Charts;
using Loupe.Bench.Output;
using Loupe.Bench.Scale;
using Loupe.Bench.Statistics;
using Spectre.Console;

namespace Loupe.Bench.Verbs;

/// <summary><c>loupe bench scale</c>.</summary>
internal sealed class ScaleVerb
{
    private static readonly ScaleOptions Defaults = new();

    private readonly Option<string> _silos = new("--silos") { Description = "Sizes of the clusters, the first is what the others are compared with.", DefaultValueFactory = _ => string.Join(',', Defaults.Silos), HelpName = "1,2,3" };
    private readonly Option<string> _device = new("--device") { Description = "What they run on.", DefaultValueFactory = _ => Defaults.Device, HelpName = "DEVICE" };
    private readonly Option<int> _clients = new("--clients") { Description = "Clients for each silo.", DefaultValueFactory = _ => Defaults.ClientsPerSilo, HelpName = "N" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Of one measurement.", DefaultValueFactory = _ => Defaults.Duration.TotalSeconds, HelpName = "S" };
    private readonly Option<int> _rounds = new("--rounds") { Description = "How often every size is measured.", DefaultValueFactory = _ => Defaults.Rounds, HelpName = "N" };
    private readonly Option<int> _seed = new("--seed") { Description = "Draws the pictures.", DefaultValueFactory = _ => Defaults.Seed, HelpName = "N" };
    private readonly Option<string?> _out = new("--out") { Description = "Folder for JSON and SVG. Default: bench/results.", HelpName = "DIR" };

    public static Command Create()
    {
        var verb = new ScaleVerb();
        verb._silos.Validators.Add(result =>
        {
            if (Sizes(result.GetValueOrDefault<string>()) is null)
            {
                result.AddError("--silos is a list of sizes from 1 to 16, such as 1,2,3");
            }
        });
        verb._clients.Validators.Add(Ranges.Between(1, 1024));
        verb._seconds.Validators.Add(Ranges.Between(1.0, 3600));
        verb._rounds.Validators.Add(Ranges.Between(1, 100));
        var command = new Command(VerbNames.Scale, VerbNames.What(VerbNames.Scale))
        {
            verb._silos, verb._device, verb._clients, verb._seconds, verb._rounds, verb._seed, verb._out,
        };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = Defaults with
        {
            Silos = Sizes(parsed.GetValue(_silos))!,
            Device = parsed.GetValue(_device)!,
            ClientsPerSilo = parsed.GetValue(_clients),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            Rounds = parsed.GetValue(_rounds),
            Seed = parsed.GetValue(_seed),
        };
        var samples = await ScaleRun.RunAsync(options, Console.Error.WriteLine, cancellation);
        var folder = new ResultFolder(parsed.GetValue(_out));
        var sizes = options.Silos.Select(size => SizeOf(size, samples)).ToList();
        var perSilo = sizes[0].Median / sizes[0].Silos;
        Show(sizes, perSilo);
        folder.WriteChart("scale", new LineChart
        {
            Title = "Throughput of local clusters",
            X = "silos",
            Y = "questions a second",
            Lines =
            [
                ("measured, median", [.. sizes.Select(size => ((double)size.Silos, size.Median))]),
                ("linear", [.. sizes.Select(size => ((double)size.Silos, perSilo * size.Silos))]),
            ],
        });
        var path = folder.WriteJson("scale", new JsonObject
        {
            ["device"] = options.Device,
            ["clientsPerSilo"] = options.ClientsPerSilo,
            ["seconds"] = options.Duration.TotalSeconds,
            ["rounds"] = options.Rounds,
            ["sizes"] = new JsonArray([.. sizes.Select(size => new JsonObject
            {
                ["silos"] = size.Silos,
                ["perSecond"] = new JsonArray([.. size.PerSecond.Select(ResultFolder.Number)]),
                ["median"] = ResultFolder.Number(size.Median),
                ["vsLinear"] = ResultFolder.Number(size.Median / (perSilo * size.Silos)),
                ["p50Ms"] = ResultFolder.Number(size.P50),
                ["p99Ms"] = ResultFolder.Number(size.P99),
                ["imbalance"] = ResultFolder.Number(size.Imbalance),
                ["failed"] = size.Failed,
            })]),
        });
        Console.WriteLine($"Written to {path}, with a chart beside it.");
        return sizes.Sum(size => size.Failed) == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Show(IReadOnlyList<Size> sizes, double perSilo)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumns("silos", "questions/s by round", "median", "÷ linear", "p50 ms", "p99 ms", "imbalance", "failed");
        foreach (var size in sizes)
        {
            table.AddRow(
                $"{size.Silos}", string.Join(", ", size.PerSecond.Select(value => Text(value, "0.0"))), Text(size.Median, "0.0"), Text(size.Median / (perSilo * size.Silos), "0.00"),
                Text(size.P50, "0"), Text(size.P99, "0"), Text(size.Imbalance, "0.00"), $"{size.Failed}");
        }

        Consoles.Out().Write(table);
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static Size SizeOf(int silos, IReadOnlyList<ScaleSample> samples)
    {
        var of = samples.Where(sample => sample.Silos == silos).ToList();
        return new Size(
            silos, [.. of.Select(sample => sample.PerSecond)], Spread.Of(of.Select(sample => sample.PerSecond)).Median, Spread.Of(of.Select(sample => sample.P50)).Median,
            Spread.Of(of.Select(sample => sample.P99)).Median, Spread.Of(of.Select(sample => sample.Imbalance)).Median, of.Sum(sample => sample.Failed));
    }

    private static IReadOnlyList<int>? Sizes(string? text)
    {
        var sizes = (text ?? string.Empty).Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0).ToList();
        return sizes.All(size => size is >= 1 and <= 16) ? sizes : null;
    }

    private sealed record Size(int Silos, IReadOnlyList<double> PerSecond, double Median, double P50, double P99, double Imbalance, int Failed);
}
