using System.CommandLine;
using Loupe.Command.Evaluation;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe eval DATASET</c>: asks a server everything about a dataset and judges the answers.</summary>
internal sealed class EvalVerb
{
    private const int DefaultConcurrency = 8;

    private readonly Argument<string> _dataset = new("DATASET")
    {
        Description = $"A folder with {SceneFolder.SplitFile}, or annotations in COCO's form, or RefCOCO's refs as JSON beside "
            + $"{DatasetReader.Instances}.",
    };
    private readonly Option<string?> _split = new("--split")
    {
        Description = "Only this split, style, or 'seen' or 'held-out' styles.",
        HelpName = "S",
    };
    private readonly Option<VisionTask[]> _tasks = new("--task")
    {
        Description = "Only this task. Repeatable.",
        HelpName = "T",
        Arity = ArgumentArity.ZeroOrMore,
    };
    private readonly Option<string?> _images = new("--images")
    {
        Description = "Where the pictures are. Default: beside the annotations, or in images/ there.",
        HelpName = "DIR",
    };
    private readonly Option<bool> _markdown = new("--markdown")
    {
        Description = "Print the figures and their targets as a table of Markdown.",
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    private readonly Option<int?> _limit = new("--limit") { Description = "At most so many scenes.", HelpName = "N" };
    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "How many questions at a time.",
        DefaultValueFactory = _ => DefaultConcurrency,
        HelpName = "N",
    };
    private readonly Connection _connection = new();

    public static System.CommandLine.Command Create()
    {
        var verb = new EvalVerb();
        verb._limit.Validators.Add(MeasurementOptions.AtLeastOne<int?>(value => value));
        verb._concurrency.Validators.Add(MeasurementOptions.AtLeastOne<int>(value => value));
        var command = new System.CommandLine.Command("eval", "Measure a running server on a dataset, with 95 % intervals.")
        {
            verb._dataset, verb._split, verb._tasks, verb._images, verb._limit, verb._json, verb._markdown, verb._concurrency,
        };
        verb._connection.AddTo(command);
        command.SetAction((parsed, cancellation) => Connection.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (json, markdown) = (parsed.GetValue(_json), parsed.GetValue(_markdown));
        if (json && markdown)
        {
            throw new UsageException("--json and --markdown: choose one.");
        }

        var dataset = DatasetReader.Read(
            parsed.GetValue(_dataset)!, new(parsed.GetValue(_split), parsed.GetValue(_limit), parsed.GetValue(_images)));
        foreach (var note in dataset.Notes)
        {
            await Console.Error.WriteLineAsync($"loupe: {note}.");
        }

        var scenes = dataset.Scenes;
        var tasks = parsed.GetValue(_tasks) is { Length: > 0 } some ? some : Enum.GetValues<VisionTask>();
        var wanted = Inquiry.Of(scenes, tasks);
        if (wanted.Count == 0)
        {
            throw new UsageException($"the dataset asks nothing of the kind {string.Join(", ", tasks.Select(NameOf))}.");
        }

        using var client = _connection.Open(parsed);
        var offered = (await client.ClusterAsync(cancellation)).Bundle.Tasks;
        await TellLeftOutAsync(wanted, offered);

        var inquiries = Inquiry.Of(scenes, [.. tasks.Intersect(offered)]);
        IReadOnlyList<Outcome> outcomes = [];
        await Terminal.ProgressAsync("questions", inquiries.Count, async advance =>
        {
            var evaluator = new Evaluator(new ServerAsker(client), parsed.GetValue(_concurrency));
            outcomes = await evaluator.RunAsync(dataset.Folder, scenes, inquiries, _ => advance(1), cancellation);
        });
        var report = ReportBuilder.Build(scenes, outcomes);
        if (json)
        {
            Console.WriteLine(ReportJson.Write(report));
        }
        else if (markdown)
        {
            Console.Write(TargetTable.Markdown(report));
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
                $"loupe: the server's bundle does not offer {string.Join(", ", missing.Select(NameOf))}: not asked.");
        }
    }

    private static string NameOf(VisionTask task) => task.Name;
}
