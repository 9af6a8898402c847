using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Loupe.Bench.Output;
using Loupe.Bench.Verbs;
using Spectre.Console;

namespace Loupe.Bench.Hops;

/// <summary><c>loupe bench hops</c>.</summary>
internal sealed class HopsVerb
{
    private readonly Option<int> _calls = new("--calls")
    {
        Description = "Calls of each kind.",
        DefaultValueFactory = _ => 3000,
        HelpName = "N",
    };
    private readonly Option<int> _features = new("--features")
    {
        Description = "Bytes of an image's features.",
        DefaultValueFactory = _ => 147_456,
        HelpName = "BYTES",
    };
    private readonly Option<string?> _out = new("--out") { Description = "Folder for the JSON. Default: bench/results.", HelpName = "DIR" };

    public static Command Create()
    {
        var verb = new HopsVerb();
        verb._calls.Validators.Add(Ranges.Between(10, 1_000_000));
        verb._features.Validators.Add(Ranges.Between(8, 64 << 20));
        var command = new Command(VerbNames.Hops, VerbNames.What(VerbNames.Hops)) { verb._calls, verb._features, verb._out };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var device = string.Create(
            CultureInfo.InvariantCulture, $"simulated:encode=0ms,region=0ms,step=0ms,features={parsed.GetValue(_features)}");
        var samples = await HopsRun.RunAsync(device, parsed.GetValue(_calls), cancellation);
        var table = new Table().Border(TableBorder.Markdown).AddColumns("call", "p50 µs", "p99 µs", "MB/s at p50");
        foreach (var sample in samples)
        {
            table.AddRow(
                sample.Name, sample.At(0.5).ToString("0.0", CultureInfo.InvariantCulture),
                sample.At(0.99).ToString("0.0", CultureInfo.InvariantCulture),
                sample.Bytes == 0 ? "–" : (sample.Bytes / sample.At(0.5)).ToString("0", CultureInfo.InvariantCulture));
        }

        Consoles.Out().Write(table);
        var path = new ResultFolder(parsed.GetValue(_out)).WriteJson("hops", new JsonObject
        {
            ["calls"] = parsed.GetValue(_calls),
            ["kinds"] = new JsonArray([.. samples.Select(sample => new JsonObject
            {
                ["call"] = sample.Name,
                ["p50Us"] = ResultFolder.Number(sample.At(0.5)),
                ["p99Us"] = ResultFolder.Number(sample.At(0.99)),
                ["bytes"] = sample.Bytes,
            })]),
        });
        Console.WriteLine($"Written to {path}.");
        return ExitCode.Success;
    }
}
