using System.CommandLine;
using Loupe.Command.Load;
using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe bench load</c>: many clients at once on a running server.</summary>
internal sealed class BenchVerb
{
    private const string DemoImages = "models/scenes-mini/demo";
    private const double LongestSeconds = 86_400;

    private static readonly LoadOptions Defaults = new();
    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(5);

    private readonly Option<int> _clients = new("--clients")
    {
        Description = "How many ask at once.",
        DefaultValueFactory = _ => Defaults.Clients,
        HelpName = "N",
    };
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "For how long.",
        DefaultValueFactory = _ => Defaults.Duration.TotalSeconds,
        HelpName = "S",
    };
    private readonly Option<double> _hangUp = new("--hang-up")
    {
        Description = "Share of questions hung up on mid-stream.",
        DefaultValueFactory = _ => Defaults.HangUp,
        HelpName = "0-1",
    };
    private readonly Option<double> _fresh = new("--fresh")
    {
        Description = "Share of questions that no memo can serve.",
        DefaultValueFactory = _ => Defaults.Fresh,
        HelpName = "0-1",
    };
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Draws the questions.",
        DefaultValueFactory = _ => Defaults.Seed,
        HelpName = "N",
    };
    private readonly Option<string> _images = new("--images")
    {
        Description = "A folder with scenes.json, with split.jsonl, or with any pictures.",
        DefaultValueFactory = _ => DemoImages,
        HelpName = "DIR",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    private readonly Connection _connection = new();

    public static System.CommandLine.Command Create() =>
        new("bench", "Measure a running server.") { new BenchVerb().Load() };

    private System.CommandLine.Command Load()
    {
        _clients.Validators.Add(MeasurementOptions.AtLeastOne<int>(value => value));
        _hangUp.Validators.Add(MeasurementOptions.Share);
        _fresh.Validators.Add(MeasurementOptions.Share);
        _seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= LongestSeconds))
            {
                result.AddError("--seconds is more than 0 and at most a day");
            }
        });
        var command = new System.CommandLine.Command(
            "load", "Load a running server with mixed questions, with a live view. Nothing is retried.")
        {
            _clients, _seconds, _hangUp, _fresh, _seed, _images, _json,
        };
        _connection.AddTo(command);
        command.SetAction((parsed, cancellation) => Connection.RunAsync(() => RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = new LoadOptions
        {
            Clients = parsed.GetValue(_clients),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            HangUp = parsed.GetValue(_hangUp),
            Fresh = parsed.GetValue(_fresh),
            Seed = parsed.GetValue(_seed),
        };
        using var client = _connection.Open(parsed, LoadServer.Adapt);
        var offered = (await client.ClusterAsync(cancellation)).Bundle.Tasks;
        var scenes = await LoadScenes.UploadAsync(client, parsed.GetValue(_images)!, new Random(options.Seed), cancellation);
        var mix = new QuestionMix(scenes, options.Fresh, offered);
        if (mix.Count == 0)
        {
            throw new UsageException("the server's bundle offers none of the tasks that a load asks for.");
        }

        var run = new LoadRun(new LoadServer(client), mix, options, TimeProvider.System);
        var before = await BusyShares.ReadAsync(_connection.ServerOf(parsed), cancellation);
        var report = await WatchAsync(run, cancellation);
        report = report with
        {
            Busy = BusyShares.Between(
                before, await BusyShares.ReadAsync(_connection.ServerOf(parsed), CancellationToken.None), report.Elapsed),
        };
        if (parsed.GetValue(_json))
        {
            Console.WriteLine(LoadJson.Write(report, options));
        }
        else
        {
            Terminal.Out.Write(LoadView.Table(report));
        }

        return report.Failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    /// <summary>Shows a load while it runs, on stderr: in place for a person, a line now and then for a log.</summary>
    private static async Task<LoadReport> WatchAsync(LoadRun run, CancellationToken cancellation)
    {
        if (Console.IsErrorRedirected)
        {
            var next = LogEvery;
            return await run.RunAsync(
                report =>
                {
                    if (report.Elapsed >= next)
                    {
                        next += LogEvery;
                        Console.Error.WriteLine(LoadView.Line(report));
                    }
                },
                cancellation);
        }

        return await Terminal.Error.Live(new Text("starting")).AutoClear(true).StartAsync(
            live => run.RunAsync(seen => live.UpdateTarget(LoadView.Table(seen)), cancellation));
    }
}
