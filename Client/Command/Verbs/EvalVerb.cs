using System.CommandLine;
using Loupe.Command.Evaluation;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe eval DATASET</c>: asks a server everything about a dataset and judges the answers.</summary>
internal sealed class EvalVerb
{
    private const int DefaultConcurrency = 8;

    private readonly Argument<string> _dataset = new("DATASET") { Description = $"A folder with {SceneFolder.SplitFile} and its pictures." };
    private readonly Option<string?> _split = new("--split") { Description = "Only this split, style, or 'seen' or 'held-out' styles.", HelpName = "S" };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    private readonly Option<int?> _limit = new("--limit") { Description = "At most so many scenes.", HelpName = "N" };
    private readonly Option<int> _concurrency = new("--concurrency") { Description = "How many questions at a time.", DefaultValueFactory = _ => DefaultConcurrency, HelpName = "N" };
    private readonly Connection _connection = new();

    public static System.CommandLine.Command Create()
    {
        var verb = new EvalVerb();
        verb._limit.Validators.Add(MeasurementOptions.AtLeastOne<int?>(value => value));
        verb._concurrency.Validators.Add(MeasurementOptions.AtLeastOne<int>(value => value));
        var command = new System.CommandLine.Command("eval", "Measure a running server on a dataset, with 95 % intervals.")
        {
            verb._dataset, verb._split, verb._json, verb._limit, verb._concurrency,
        };
        verb._connection.AddTo(command);
        command.SetAction((parsed, cancellation) => Connection.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = parsed.GetValue(_dataset)!;
        var scenes = SceneFolder.ReadSplit(folder, parsed.GetValue(_split), parsed.GetValue(_limit));
        using var client = _connection.Open(parsed);
        var offered = (await client.ClusterAsync(cancellation)).Bundle.Tasks;
        await TellLeftOutAsync(Inquiry.Of(scenes), offered);

        var inquiries = Inquiry.Of(scenes, offered);
        IReadOnlyList<Outcome> outcomes = [];
        await Terminal.ProgressAsync("questions", inquiries.Count, async advance =>
        {
            var evaluator = new Evaluator(new ServerAsker(client), parsed.GetValue(_concurrency));
            outcomes = await evaluator.RunAsync(folder, scenes, inquiries, _ => advance(1), cancellation);
        });
        var report = ReportBuilder.Build(scenes, outcomes);
        if (parsed.GetValue(_json))
        {
            Console.WriteLine(ReportJson.Write(report));
        }
        else
        {
            ReportTable.Write(Terminal.Out, report);
        }

        ReportTable.WriteFailures(Console.Error, report);
        return report.Failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static async Task TellLeftOutAsync(IReadOnlyList<Inquiry> all, IReadOnlyList<VisionTask> offered)
    {
        var missing = all.Select(inquiry => inquiry.Task).Distinct().Except(offered).Order().ToList();
        if (missing.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                $"loupe: the server's bundle does not offer {string.Join(", ", missing.Select(task => task.ToString().ToLowerInvariant()))}: not asked.");
        }
    }
}
