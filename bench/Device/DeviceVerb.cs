using System.CommandLine;
using System.Text.Json.Nodes;
using Loupe.Bench.Output;
using Loupe.Bench.Suite;
using Loupe.Bench.Verbs;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Loupe.Bench.Device;

/// <summary><c>loupe bench device</c>.</summary>
internal static class DeviceVerb
{
    public static Command Create()
    {
        var bundle = new Option<string?>("--bundle") { Description = "The bundle. Default: models/scenes-mini.", HelpName = "DIR" };
        var device = new Option<string>("--device")
        {
            Description = "What it runs on.",
            DefaultValueFactory = _ => "cpu",
            HelpName = "DEVICE",
        };
        var threads = new Option<int>("--threads")
        {
            Description = "Of one run of encode on the processors. With several, a batch of pictures runs one by one.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        threads.Validators.Add(Ranges.Between(1, 64));
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often everything is timed.",
            DefaultValueFactory = _ => 60,
            HelpName = "N",
        };
        rounds.Validators.Add(Ranges.Between(1, 10_000));
        var pictures = new Option<int>("--pictures")
        {
            Description = "Most pictures of a run.",
            DefaultValueFactory = _ => 8,
            HelpName = "N",
        };
        pictures.Validators.Add(Ranges.Between(1, 256));
        var output = new Option<string?>("--out") { Description = "Folder for the JSON. Default: bench/results.", HelpName = "DIR" };
        var command = new Command(VerbNames.Device, VerbNames.What(VerbNames.Device)) { bundle, device, threads, rounds, pictures, output };
        command.SetAction((parsed, _) => Measurement.RunAsync(() =>
        {
            var folder = BundleFolder.Of(parsed.GetValue(bundle));
            var most = parsed.GetValue(pictures);
            using var model = new ModelLoader(ModelLoader.Shipped, NullLogger<ModelLoader>.Instance).Load(folder, new DeviceOptions
            {
                Device = parsed.GetValue(device)!,
                EncodeThreads = parsed.GetValue(threads),
                EncodeBatch = most,
                RegionBatch = 2 * most,
            });
            var times = new DeviceRun(model, parsed.GetValue(rounds), time => Console.Error.WriteLine(
                FormattableString.Invariant($"{time.Graph} of {time.Rows}: {SuiteText.Number(time.Milliseconds.Median)} ms"))).Measure();
            Consoles.Out().Write(Table(times));
            var name = $"{VerbNames.Device}-{model.Grammar.Bundle.Name}-{parsed.GetValue(device)!.Replace(':', '-')}";
            var result = ToJson(model.Grammar.Bundle, parsed.GetValue(device)!, parsed.GetValue(threads), times);
            Console.WriteLine($"Written to {new ResultFolder(parsed.GetValue(output)).WriteJson(name, result)}.");
            return Task.FromResult(times.Any(time => time.KeepsBits is false) ? ExitCode.Failed : ExitCode.Success);
        }));
        return command;
    }

    private static Table Table(IEnumerable<ShapeTime> times)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumns("graph", "rows", "ms", "rows/s", "a row's bits");
        foreach (var time in times)
        {
            table.AddRow(
                time.Graph, $"{time.Rows}", SuiteText.Range(time.Milliseconds), SuiteText.Number(time.RowsPerSecond),
                time.KeepsBits switch { null => "–", true => "the same alone and at every place", false => "OTHERS THAN ALONE" });
        }

        return table;
    }

    private static JsonObject ToJson(BundleDescription bundle, string device, int threads, IEnumerable<ShapeTime> times) => new()
    {
        ["bundle"] = bundle.Name,
        ["digest"] = bundle.Digest,
        ["device"] = device,
        ["threads"] = threads,
        ["shapes"] = new JsonArray([.. times.Select(time => new JsonObject
        {
            ["graph"] = time.Graph,
            ["rows"] = time.Rows,
            ["ms"] = ResultFolder.Number(time.Milliseconds.Median),
            ["least"] = ResultFolder.Number(time.Milliseconds.Least),
            ["most"] = ResultFolder.Number(time.Milliseconds.Most),
            ["rowsPerSecond"] = ResultFolder.Number(time.RowsPerSecond),
            ["keepsBits"] = time.KeepsBits,
        })]),
    };
}
