using System.CommandLine;
using Loupe.Bench.Autoscale;
using Loupe.Bench.Output;

namespace Loupe.Bench.Verbs;

/// <summary><c>loupe bench autoscale</c>.</summary>
internal sealed class AutoscaleVerb
{
    private static readonly AutoscaleOptions Defaults = new();

    private readonly Option<string> _device = new("--device") { Description = "What the silos run on.", DefaultValueFactory = _ => Defaults.Device, HelpName = "DEVICE" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Of the load curve.", DefaultValueFactory = _ => Defaults.Duration.TotalSeconds, HelpName = "S" };
    private readonly Option<double> _low = new("--low") { Description = "Visits a second at its quiet ends.", DefaultValueFactory = _ => Defaults.Low, HelpName = "N" };
    private readonly Option<double> _high = new("--high") { Description = "Visits a second at its height.", DefaultValueFactory = _ => Defaults.High, HelpName = "N" };
    private readonly Option<double> _haste = new("--haste") { Description = "How many times faster than in a cluster windows, periods, rounds and scrapes go.", DefaultValueFactory = _ => Defaults.Haste, HelpName = "N" };
    private readonly Option<int> _seed = new("--seed") { Description = "Draws pictures and arrivals.", DefaultValueFactory = _ => Defaults.Seed, HelpName = "N" };
    private readonly Option<string?> _out = new("--out") { Description = "Folder for JSON, Markdown and SVG. Default: bench/results.", HelpName = "DIR" };

    public static Command Create()
    {
        var verb = new AutoscaleVerb();
        verb._seconds.Validators.Add(Ranges.Between(10.0, 86_400));
        verb._low.Validators.Add(Ranges.Between(0.0, 10_000));
        verb._high.Validators.Add(Ranges.Between(0.1, 10_000));
        verb._haste.Validators.Add(Ranges.Between(1.0, 20));
        var command = new Command(VerbNames.Autoscale, VerbNames.What(VerbNames.Autoscale))
        {
            verb._device, verb._seconds, verb._low, verb._high, verb._haste, verb._seed, verb._out,
        };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var options = Defaults with
        {
            Device = parsed.GetValue(_device)!,
            Duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds)),
            Low = parsed.GetValue(_low),
            High = parsed.GetValue(_high),
            Haste = parsed.GetValue(_haste),
            Seed = parsed.GetValue(_seed),
        };
        var report = new AutoscaleReport(options, await new AutoscaleRun(options, Console.Error.WriteLine).RunAsync(cancellation));
        var folder = new ResultFolder(parsed.GetValue(_out));
        var path = folder.WriteJson("autoscale", report.ToJson());
        folder.WriteText("autoscale.md", report.ToMarkdown());
        folder.WriteChart("autoscale", report.ToChart());
        folder.WriteChart("autoscale-metrics", report.ToMetricsChart());
        folder.WriteChart("autoscale-latency", report.ToLatencyChart());
        Console.WriteLine(report.ToMarkdown());
        Console.WriteLine($"Written to {path}, with a table and three charts beside it.");
        return report.IsGood ? ExitCode.Success : ExitCode.Failed;
    }
}
