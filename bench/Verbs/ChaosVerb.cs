using System.CommandLine;
using Loupe.Bench.Chaos;
using Loupe.Bench.Output;

namespace Loupe.Bench.Verbs;

/// <summary><c>loupe bench chaos</c>.</summary>
internal sealed class ChaosVerb
{
    private static readonly ChaosOptions Defaults = new();

    private readonly Option<int> _silos = new("--silos")
    {
        Description = "Silo processes, 2 or more.",
        DefaultValueFactory = _ => Defaults.Silos,
        HelpName = "N",
    };
    private readonly Option<string> _device = new("--device")
    {
        Description = "What they run on.",
        DefaultValueFactory = _ => Defaults.Device,
        HelpName = "DEVICE",
    };
    private readonly Option<string?> _redis = new("--redis")
    {
        Description = "Where they meet, so that any of them may be killed. Default: in the first, which is spared.",
        HelpName = "HOST:PORT",
    };
    private readonly Option<int> _clients = new("--clients")
    {
        Description = "Clients at once.",
        DefaultValueFactory = _ => Defaults.Clients,
        HelpName = "N",
    };
    private readonly Option<double> _think = new("--think")
    {
        Description = "Mean pause of a client, in milliseconds.",
        DefaultValueFactory = _ => Defaults.Think.TotalMilliseconds,
        HelpName = "MS",
    };
    private readonly Option<double> _seconds = new("--seconds")
    {
        Description = "For how long.",
        DefaultValueFactory = _ => Defaults.Duration.TotalSeconds,
        HelpName = "S",
    };
    private readonly Option<double> _killEvery = new("--kill-every")
    {
        Description = "Seconds between two kills.",
        DefaultValueFactory = _ => Defaults.KillEvery.TotalSeconds,
        HelpName = "S",
    };
    private readonly Option<int> _pictures = new("--pictures")
    {
        Description = "Pictures uploaded in the course of it.",
        DefaultValueFactory = _ => Defaults.Pictures,
        HelpName = "N",
    };
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Draws pictures, questions and victims.",
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
        var verb = new ChaosVerb();
        verb._silos.Validators.Add(Ranges.Between(2, 16));
        verb._clients.Validators.Add(Ranges.Between(1, 4096));
        verb._pictures.Validators.Add(Ranges.Between(1, 10_000));
        verb._seconds.Validators.Add(Ranges.Between(1.0, 86_400));
        verb._killEvery.Validators.Add(Ranges.Between(1.0, 86_400));
        verb._think.Validators.Add(Ranges.Between(0.0, 60_000));
        var command = new Command(VerbNames.Chaos, VerbNames.What(VerbNames.Chaos))
        {
            verb._silos, verb._device, verb._redis, verb._clients, verb._think, verb._seconds, verb._killEvery, verb._pictures, verb._seed,
            verb._out,
        };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = Defaults with
        {
            Silos = parsed.GetValue(_silos),
            Device = parsed.GetValue(_device)!,
            Redis = parsed.GetValue(_redis),
            Clients = parsed.GetValue(_clients),
            Think = TimeSpan.FromMilliseconds(parsed.GetValue(_think)),
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            KillEvery = TimeSpan.FromSeconds(parsed.GetValue(_killEvery)),
            Pictures = parsed.GetValue(_pictures),
            Seed = parsed.GetValue(_seed),
        };
        var report = new ChaosReport(options, await ChaosRun.RunAsync(options, Console.Error.WriteLine, cancellation));
        var folder = new ResultFolder(parsed.GetValue(_out));
        var name = options.Redis is null ? "chaos" : "chaos-redis";
        var path = folder.WriteJson(name, report.ToJson());
        folder.WriteText($"{name}.md", report.ToMarkdown());
        folder.WriteChart($"{name}-timeline", report.ToChart());
        Console.WriteLine(report.ToMarkdown());
        Console.WriteLine($"Written to {path}, with a table and a timeline beside it.");
        return report.Violations.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }
}
