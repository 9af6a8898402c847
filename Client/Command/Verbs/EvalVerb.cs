using System.CommandLine;
using Loupe.Command.Evaluation;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Report;
using Loupe.Command.Load;
using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe eval DATASET</c>: asks a server everything about a dataset and judges the answers.</summary>
internal static class EvalVerb
{
    private const int DefaultConcurrency = 8;

    public static System.CommandLine.Command Create()
    {
        var dataset = new Argument<string>("DATASET") { Description = "A folder with split.jsonl and its pictures." };
        var split = new Option<string?>("--split") { Description = "Only this split, style, or 'seen' or 'held-out' styles." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var limit = new Option<int?>("--limit") { Description = "At most so many scenes." };
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "How many questions at a time.",
            DefaultValueFactory = _ => DefaultConcurrency,
        };
        limit.Validators.Add(MeasurementOptions.AtLeastOne<int?>(value => value));
        concurrency.Validators.Add(MeasurementOptions.AtLeastOne<int>(value => value));
        var server = MeasurementOptions.Server();
        var command = new System.CommandLine.Command("eval", "Measure a running server on a dataset, with 95 % intervals.")
        {
            dataset, split, json, limit, concurrency, server,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(dataset), parsed.GetValue(split), parsed.GetValue(limit), parsed.GetValue(concurrency),
            parsed.GetRequiredValue(server), parsed.GetValue(json), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string folder, string? split, int? limit, int concurrency, Uri server, bool json, CancellationToken cancellationToken)
    {
        IReadOnlyList<EvaluationScene> scenes;
        try
        {
            scenes = SceneFolder.ReadSplit(folder, split, limit);
        }
        catch (DatasetException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return ExitCode.BadUsage;
        }

        using var target = new LoadServer(server);
        var evaluator = new Evaluator(target, concurrency);
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(json ? Console.Error : Console.Out) });
        var outcomes = await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("questions", maxValue: Inquiry.Of(scenes).Count);
                return await evaluator.RunAsync(folder, scenes, _ => bar.Increment(1), cancellationToken);
            });
        var report = ReportBuilder.Build(scenes, outcomes);
        if (json)
        {
            Console.WriteLine(ReportJson.Write(report));
        }
        else
        {
            ReportTable.Write(console, report);
        }

        ReportTable.WriteFailures(Console.Error, report);
        return report.Failed == 0 ? 0 : 1;
    }
}
