using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Loupe.Bench.Output;
using Loupe.Bench.Simulation.Scenarios;
using Loupe.Bench.Verbs;
using Loupe.Grains.Hosting;
using Spectre.Console;

namespace Loupe.Bench.Simulation;

/// <summary><c>loupe bench simulate</c>.</summary>
internal sealed class SimulateVerb
{
    private static readonly SimulationOptions Defaults = new();
    private static readonly IScenario[] Scenarios = [new ScaleScenario(), new HotScenario(), new JoinScenario(), new DrainScenario(), new DeathScenario()];

    private readonly Option<string[]> _scenarios = new("--scenario") { Description = $"Of {string.Join(", ", Scenarios.Select(scenario => scenario.Name))}. Default: all.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
    private readonly Option<int> _seed = new("--seed") { Description = "Draws everything that is drawn.", DefaultValueFactory = _ => Defaults.Seed, HelpName = "N" };
    private readonly Option<double> _load = new("--load") { Description = "Share of what the silos can do, 0 to 2.", DefaultValueFactory = _ => Defaults.Load, HelpName = "SHARE" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Virtual seconds that are counted.", DefaultValueFactory = _ => Defaults.Seconds, HelpName = "S" };
    private readonly Option<double> _floor = new("--floor") { Description = "Cluster:BoundFloor, to see what another would do.", DefaultValueFactory = _ => new LoupeClusterOptions().BoundFloor, HelpName = "X" };
    private readonly Option<double> _spread = new("--spread") { Description = "Cluster:BoundSpread, likewise.", DefaultValueFactory = _ => new LoupeClusterOptions().BoundSpread, HelpName = "X" };
    private readonly Option<double> _imageShare = new("--image-share") { Description = "Cluster:ImageShare, likewise; 1000000 for never spreading an image by its share.", DefaultValueFactory = _ => new LoupeClusterOptions().ImageShare, HelpName = "X" };
    private readonly Option<int> _publish = new("--publish") { Description = "Cluster:PublishMilliseconds, likewise.", DefaultValueFactory = _ => new LoupeClusterOptions().PublishMilliseconds, HelpName = "MS" };
    private readonly Option<string?> _out = new("--out") { Description = "Folder for JSON and SVG. Default: bench/results.", HelpName = "DIR" };
    private readonly Option<bool> _json = new("--json") { Description = "Print the JSON instead of tables." };

    public static Command Create()
    {
        var verb = new SimulateVerb();
        verb._scenarios.AcceptOnlyFromAmong([.. Scenarios.Select(scenario => scenario.Name)]);
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
            verb._scenarios, verb._seed, verb._load, verb._seconds, verb._floor, verb._spread, verb._imageShare, verb._publish, verb._out, verb._json,
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
        var options = Defaults with { Seed = parsed.GetValue(_seed), Load = parsed.GetValue(_load), Seconds = parsed.GetValue(_seconds), Placement = Placement };
        var asked = parsed.GetValue(_scenarios) is { Length: > 0 } names ? names : [.. Scenarios.Select(scenario => scenario.Name)];
        var folder = new ResultFolder(parsed.GetValue(_out));
        JsonObject json = new() { ["seed"] = options.Seed, ["load"] = options.Load, ["seconds"] = options.Seconds, ["scenarios"] = new JsonObject() };
        foreach (var scenario in Scenarios.Where(scenario => asked.Contains(scenario.Name)))
        {
            var result = scenario.Run(options, done => Console.Error.WriteLine($"{scenario.Name}: {done}"));
            json["scenarios"]![result.Name] = ToJson(result);
            foreach (var (name, chart) in result.Charts)
            {
                folder.WriteChart($"simulate-{name}", chart);
            }

            if (!parsed.GetValue(_json))
            {
                Show(result);
            }
        }

        var path = folder.WriteJson(asked.Length == Scenarios.Length ? "simulate" : $"simulate-{string.Join('-', asked)}", json);
        Console.WriteLine(parsed.GetValue(_json) ? json.ToJsonString() : $"Written to {path}, with charts beside it.");
        return ExitCode.Success;
    }

    private static void Show(ScenarioResult result)
    {
        var console = Consoles.Out();
        console.WriteLine();
        console.WriteLine($"{result.Name}: {result.Question}");
        var table = new Table().Border(TableBorder.Markdown);
        foreach (var name in result.Rows[0].Setting.Select(entry => entry.Name).Concat(result.Rows[0].Figures.Select(entry => entry.Name)))
        {
            table.AddColumn(new TableColumn(Markup.Escape(name)).RightAligned());
        }

        foreach (var row in result.Rows)
        {
            table.AddRow([.. row.Setting.Select(entry => Markup.Escape(entry.Value)), .. row.Figures.Select(entry => Figure(entry.Value))]);
        }

        console.Write(table);
        foreach (var finding in result.Findings)
        {
            console.WriteLine($"- {finding}");
        }
    }

    private static JsonObject ToJson(ScenarioResult result) => new()
    {
        ["question"] = result.Question,
        ["findings"] = new JsonArray([.. result.Findings.Select(finding => JsonValue.Create(finding))]),
        ["rows"] = new JsonArray([.. result.Rows.Select(row =>
        {
            JsonObject json = [];
            foreach (var (name, value) in row.Setting)
            {
                json[name] = value;
            }

            foreach (var (name, value) in row.Figures)
            {
                json[name] = ResultFolder.Number(value);
            }

            return json;
        })]),
    };

    private static string Figure(double value) => double.IsNaN(value) ? "–" : value.ToString(value == Math.Round(value) ? "0" : "0.###", CultureInfo.InvariantCulture);
}
