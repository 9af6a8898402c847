using System.CommandLine;
using Loupe.Bench.Output;
using Loupe.Bench.Verbs;

namespace Loupe.Bench.Memory;

/// <summary><c>loupe bench memory</c>.</summary>
internal sealed class MemoryVerb
{
    private static readonly MemoryOptions Defaults = new();

    private readonly Option<string> _device = new("--device")
    {
        Description = "What the server runs on.",
        DefaultValueFactory = _ => Defaults.Device,
        HelpName = "DEVICE",
    };
    private readonly Option<int> _questions = new("--questions")
    {
        Description = "Questions of each kind whose allocations are counted.",
        DefaultValueFactory = _ => Defaults.Questions,
        HelpName = "N",
    };
    private readonly Option<double> _filling = new("--filling")
    {
        Description = "Seconds of Zipf load before growth counts.",
        DefaultValueFactory = _ => Defaults.Filling.TotalSeconds,
        HelpName = "S",
    };
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "Seconds of Zipf load in which growth counts.",
        DefaultValueFactory = _ => Defaults.Duration.TotalSeconds,
        HelpName = "S",
    };
    private readonly Option<int> _clients = new("--clients")
    {
        Description = "Clients of the Zipf load.",
        DefaultValueFactory = _ => Defaults.Clients,
        HelpName = "N",
    };
    private readonly Option<int> _pictures = new("--pictures")
    {
        Description = "Pictures of the Zipf load.",
        DefaultValueFactory = _ => Defaults.Pictures,
        HelpName = "N",
    };
    private readonly Option<int> _budget = new("--budget-pictures")
    {
        Description = "Pictures that the feature budget is filled with; 0 leaves that out.",
        DefaultValueFactory = _ => Defaults.BudgetPictures,
        HelpName = "N",
    };
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Draws pictures and questions.",
        DefaultValueFactory = _ => Defaults.Seed,
        HelpName = "N",
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for JSON, Markdown and SVG. Default: bench/results.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var verb = new MemoryVerb();
        verb._questions.Validators.Add(Ranges.Between(300, 1000));
        verb._filling.Validators.Add(Ranges.Between(0.0, 86_400));
        verb._seconds.Validators.Add(Ranges.Between(10.0, 86_400));
        verb._clients.Validators.Add(Ranges.Between(1, 1024));
        verb._pictures.Validators.Add(Ranges.Between(1, 100_000));
        verb._budget.Validators.Add(Ranges.Between(0, 1_000_000));
        var command = new Command(VerbNames.Memory, VerbNames.What(VerbNames.Memory))
        {
            verb._device, verb._questions, verb._filling, verb._seconds, verb._clients, verb._pictures, verb._budget, verb._seed, verb._out,
        };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = Defaults with
        {
            Device = parsed.GetValue(_device)!,
            Questions = parsed.GetValue(_questions),
            Filling = TimeSpan.FromSeconds(parsed.GetValue(_filling)),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            Clients = parsed.GetValue(_clients),
            Pictures = parsed.GetValue(_pictures),
            BudgetPictures = parsed.GetValue(_budget),
            Seed = parsed.GetValue(_seed),
        };
        var report = new MemoryReport(options, await new MemoryRun(options, Console.Error.WriteLine).RunAsync(cancellation));
        var folder = new ResultFolder(parsed.GetValue(_out));
        var path = folder.WriteJson("memory", report.ToJson());
        folder.WriteText("memory.md", report.ToMarkdown());
        folder.WriteChart("memory", report.ToChart());
        Console.WriteLine(report.ToMarkdown());
        Console.WriteLine($"Written to {path}, with a table and a chart beside it.");
        return ExitCode.Success;
    }
}
