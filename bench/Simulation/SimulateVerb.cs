using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Loupe.Bench.Output;
using Loupe.Bench.Verbs;
using Loupe.Grains.Hosting;
using Spectre.Console;

namespace Loupe.Bench.Simulation;

/// <summary><c>loupe bench simulate</c>.</summary>
internal sealed class SimulateVerb
{
    private static readonly SimulationOptions Defaults = new();
    private static readonly string[] Names = [.. Scenarios.All.Keys];

    private readonly Option<string[]> _scenarios = new("--scenario")
    {
        Description = $"Of {string.Join(", ", Names)}. Default: all.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Draws everything that is drawn.",
        DefaultValueFactory = _ => Defaults.Seed,
        HelpName = "N",
    };
    private readonly Option<double> _load = new("--load")
    {
        Description = "Share of what the silos can do, 0 to 2.",
        DefaultValueFactory = _ => Defaults.Load,
        HelpName = "SHARE",
    };
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Virtual seconds that are counted.",
        DefaultValueFactory = _ => Defaults.Seconds,
        HelpName = "S",
    };
    private readonly Option<double> _floor = new("--floor")
    {
        Description = "Cluster:BoundFloor, to see what another would do.",
        DefaultValueFactory = _ => new LoupeClusterOptions().BoundFloor,
        HelpName = "X",
    };
    private readonly Option<double> _spread = new("--spread")
    {
        Description = "Cluster:BoundSpread, likewise.",
        DefaultValueFactory = _ => new LoupeClusterOptions().BoundSpread,
        HelpName = "X",
    };
    private readonly Option<double> _imageShare = new("--image-share")
    {
        Description = "Cluster:ImageShare, likewise; 1000000 for never spreading an image by its share.",
        DefaultValueFactory = _ => new LoupeClusterOptions().ImageShare,
        HelpName = "X",
    };
    private readonly Option<int> _publish = new("--publish")
    {
        Description = "Cluster:PublishMilliseconds, likewise.",
        DefaultValueFactory = _ => new LoupeClusterOptions().PublishMilliseconds,
        HelpName = "MS",
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for JSON and SVG. Default: bench/results.",
        HelpName = "DIR",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print the JSON instead of tables." };

    public static Command Create()
    {
        var verb = new SimulateVerb();
        verb._scenarios.AcceptOnlyFromAmong(Names);
        verb._load.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 2))
            {
                result.AddError("--load is more than 0 and at most 2");
            }
        });
        verb._seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 1 and <= 3600))
            {
                result.AddError("--seconds is 1 to 3600");
            }
        });
        var command = new Command(VerbNames.Simulate, VerbNames.What(VerbNames.Simulate))
        {
            verb._scenarios, verb._seed, verb._load, verb._seconds, verb._floor, verb._spread, verb._imageShare, verb._publish, verb._out,
            verb._json,
        };
        command.SetAction(parsed => verb.Run(parsed));
        return command;
    }

    private int Run(ParseResult parsed)
    {
        LoupeClusterOptions Placement() => new()
        {
            BoundFloor = parsed.GetValue(_floor),
            BoundSpread = parsed.GetValue(_spread),
            ImageShare = parsed.GetValue(_imageShare),
            PublishMilliseconds = parsed.GetValue(_publish),
        };
        var options = Defaults with
        {
            Seed = parsed.GetValue(_seed),
            Load = parsed.GetValue(_load),
            Seconds = parsed.GetValue(_seconds),
            Placement = Placement,
        };
        var asked = parsed.GetValue(_scenarios) is { Length: > 0 } names ? names : Names;
        var folder = new ResultFolder(parsed.GetValue(_out));
        JsonObject json = new()
        {
            ["seed"] = options.Seed,
            ["load"] = options.Load,
            ["seconds"] = options.Seconds,
            ["scenarios"] = new JsonObject(),
        };
        foreach (var name in asked)
        {
            var (question, run) = Scenarios.All[name];
            List<Row> rows = [];
            foreach (var row in run(options))
            {
                rows.Add(row);
                Console.Error.WriteLine($"{name}: {row.Setting}");
            }

            json["scenarios"]![name] = ToJson(question, rows);
            if (name == "hot")
            {
                folder.WriteChart("simulate-hot-p99", Scenarios.HotChart(rows));
            }

            if (!parsed.GetValue(_json))
            {
                Show(name, question, rows);
            }
        }

        var path = folder.WriteJson(asked.Length == Names.Length ? "simulate" : $"simulate-{string.Join('-', asked)}", json);
        Console.WriteLine(parsed.GetValue(_json) ? json.ToJsonString() : $"Written to {path}.");
        return ExitCode.Success;
    }

    private static void Show(string name, string question, List<Row> rows)
    {
        var console = Consoles.Out();
        console.WriteLine();
        console.WriteLine($"{name}: {question}");
        var table = new Table().Border(TableBorder.Markdown).AddColumn("");
        foreach (var (figure, _) in rows[0].Figures)
        {
            table.AddColumn(new TableColumn(Markup.Escape(figure)).RightAligned());
        }

        foreach (var row in rows)
        {
            table.AddRow([Markup.Escape(row.Setting), .. row.Figures.Select(figure => Figure(figure.Value))]);
        }

        console.Write(table);
    }

    private static JsonObject ToJson(string question, List<Row> rows) => new()
    {
        ["question"] = question,
        ["rows"] = new JsonArray([.. rows.Select(row => new JsonObject(
        [
            KeyValuePair.Create<string, JsonNode?>("setting", row.Setting),
            .. row.Figures.Select(figure => KeyValuePair.Create(figure.Name, ResultFolder.Number(figure.Value))),
        ]))]),
    };

    private static string Figure(double value) =>
        double.IsNaN(value) ? "–" : value.ToString(value == Math.Round(value) ? "0" : "0.###", CultureInfo.InvariantCulture);
}
