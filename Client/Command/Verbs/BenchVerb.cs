using System.CommandLine;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Load;
using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe bench load</c>: many clients at once on a running server.</summary>
internal static class BenchVerb
{
    private const string DemoImages = "models/scenes-mini/demo";

    public static System.CommandLine.Command Create() =>
        new("bench", "Measure a running server.") { Load() };

    private static System.CommandLine.Command Load()
    {
        var defaults = new LoadOptions();
        var clients = new Option<int>("--clients") { Description = "How many ask at once.", DefaultValueFactory = _ => defaults.Clients };
        var seconds = new Option<double>("--seconds") { Description = "For how long.", DefaultValueFactory = _ => defaults.Duration.TotalSeconds };
        var hangUp = new Option<double>("--hang-up") { Description = "Share of questions hung up on mid-stream.", DefaultValueFactory = _ => defaults.HangUp };
        var fresh = new Option<double>("--fresh") { Description = "Share of questions that no memo can serve.", DefaultValueFactory = _ => defaults.Fresh };
        var seed = new Option<int>("--seed") { Description = "Draws the questions.", DefaultValueFactory = _ => defaults.Seed };
        var images = new Option<string>("--images") { Description = "A folder with scenes.json.", DefaultValueFactory = _ => DemoImages };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var server = MeasurementOptions.Server();
        clients.Validators.Add(MeasurementOptions.AtLeastOne<int>(value => value));
        hangUp.Validators.Add(MeasurementOptions.Share);
        fresh.Validators.Add(MeasurementOptions.Share);
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 86_400))
            {
                result.AddError("--seconds is more than 0 and at most a day");
            }
        });
        var command = new System.CommandLine.Command("load", "Load a running server, with a live view.")
        {
            clients, seconds, hangUp, fresh, seed, images, json, server,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new()
            {
                Clients = parsed.GetValue(clients),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                HangUp = parsed.GetValue(hangUp),
                Fresh = parsed.GetValue(fresh),
                Seed = parsed.GetValue(seed),
            },
            parsed.GetRequiredValue(images), parsed.GetRequiredValue(server), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        LoadOptions options, string folder, Uri server, bool json, CancellationToken cancellationToken)
    {
        using var target = new LoadServer(server);
        QuestionMix mix;
        try
        {
            var scenes = SceneFolder.ReadDemo(folder);
            var ids = await Task.WhenAll(scenes.Select(s => target.UploadAsync(Path.Combine(folder, s.File), cancellationToken)));
            mix = new(ids.Zip(scenes).ToList(), options.Fresh);
        }
        catch (DatasetException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.BadUsage;
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }

        var run = new LoadRun(target, mix, options, TimeProvider.System);
        var report = await WatchAsync(run, json, cancellationToken);
        if (json)
        {
            Console.WriteLine(LoadJson.Write(report, options));
        }
        else if (Console.IsOutputRedirected)
        {
            AnsiConsole.Write(LoadView.Table(report));
        }

        return report.Failed == 0 ? 0 : 1;
    }

    private static async Task<LoadReport> WatchAsync(LoadRun run, bool json, CancellationToken cancellationToken)
    {
        if (json)
        {
            return await run.RunAsync(null, cancellationToken);
        }

        if (Console.IsOutputRedirected)
        {
            // A log wants a line now and then, not two a second.
            var next = TimeSpan.Zero;
            return await run.RunAsync(
                report =>
                {
                    if (report.Elapsed >= next)
                    {
                        next = report.Elapsed + TimeSpan.FromSeconds(5);
                        Console.WriteLine(LoadView.Line(report));
                    }
                },
                cancellationToken);
        }

        return await AnsiConsole.Live(new Text("starting")).StartAsync(async live =>
        {
            var report = await run.RunAsync(seen => live.UpdateTarget(LoadView.Table(seen)), cancellationToken);
            live.UpdateTarget(LoadView.Table(report));
            return report;
        });
    }
}
