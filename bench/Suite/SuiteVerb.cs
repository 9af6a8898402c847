using System.CommandLine;
using Loupe.Bench.Output;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;
using Loupe.Bench.Verbs;
using Loupe.Engine.Families.Bundles;

namespace Loupe.Bench.Suite;

/// <summary><c>loupe bench suite</c>.</summary>
internal sealed class SuiteVerb
{
    private readonly Option<bool> _quick = new("--quick") { Description = "Under three minutes: a look, no result." };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };
    private readonly Option<string[]> _only = Names("--only", "Workloads to measure", WorkloadNames.All, "WORKLOAD");
    private readonly Option<string[]> _targets = Names("--targets", "Who to measure", TargetNames.All, "TARGET");
    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often everything is measured. Default: 5, quick 2.",
        HelpName = "N",
    };
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Draws questions, pictures and arrivals.",
        DefaultValueFactory = _ => 1,
        HelpName = "N",
    };
    private readonly Option<string?> _bundle = new("--bundle")
    {
        Description = "The bundle. Default: models/scenes-mini.",
        HelpName = "DIR",
    };
    private readonly Option<string?> _out = new("--out")
    {
        Description = "Folder for JSON, Markdown and SVG. Default: bench/results.",
        HelpName = "DIR",
    };

    public static Command Create()
    {
        var verb = new SuiteVerb();
        verb._rounds.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0)
            {
                Ranges.Between(1, 60)(result);
            }
        });
        verb._seed.Validators.Add(Ranges.Between(0, 2_000));
        var command = new Command(VerbNames.Suite, VerbNames.What(VerbNames.Suite))
        {
            verb._quick, verb._json, verb._only, verb._targets, verb._rounds, verb._seed, verb._bundle, verb._out,
        };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var sizes = parsed.GetValue(_quick) ? SuiteSizes.Quick : SuiteSizes.Full;
        var rounds = parsed.GetValue(_rounds);
        var options = new SuiteOptions
        {
            Bundle = BundleFolder.Of(parsed.GetValue(_bundle)),
            Sizes = sizes with { Rounds = rounds > 0 ? rounds : sizes.Rounds },
            Seed = parsed.GetValue(_seed),
        };
        options = options with
        {
            Workloads = parsed.GetValue(_only) is { Length: > 0 } workloads ? workloads : options.Workloads,
            Targets = parsed.GetValue(_targets) is { Length: > 0 } targets ? targets : options.Targets,
        };
        var bundle = BundleText(options.Bundle);
        await using var run = new SuiteRun(options, Console.Error.WriteLine);
        var result = await run.RunAsync(cancellation);
        var folder = new ResultFolder(parsed.GetValue(_out));
        var report = new SuiteReport(result, bundle, $"./loupe bench {string.Join(' ', parsed.Tokens.Select(token => token.Value))}");
        var json = report.ToJson();
        var path = folder.WriteJson("latest", json);
        var table = report.ToMarkdown(ResultFolder.Machine, ResultFolder.Commit());
        folder.WriteText("suite.md", table);
        SuiteCharts.Write(result, folder);
        Console.WriteLine(parsed.GetValue(_json) ? ResultFolder.Text(json) : table);
        await Console.Error.WriteLineAsync($"Written to {path}, with tables and charts beside it.");
        var failed = result.Samples.Where(sample => !sample.Workload.StartsWith(WorkloadNames.OpenLoop, StringComparison.Ordinal))
            .Sum(sample => sample.Failed);
        return failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    /// <exception cref="IOException">There is no bundle to measure.</exception>
    private static string BundleText(string folder)
    {
        try
        {
            var bundle = Bundle.Load(folder);
            return $"{bundle.Manifest.Name} {bundle.Manifest.Version} ({bundle.Digest[..12]})";
        }
        catch (BundleException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    private static Option<string[]> Names(string name, string what, IReadOnlyList<(string Name, string What)> all, string help)
    {
        var names = string.Join(", ", all.Select(one => one.Name));
        var option = new Option<string[]>(name)
        {
            Description = $"{what}: {names}. Default: all.",
            HelpName = help,
            AllowMultipleArgumentsPerToken = true,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>()?.FirstOrDefault(given => all.All(one => one.Name != given)) is { } unknown)
            {
                result.AddError($"{name}: there is no '{unknown}'; there are {names}");
            }
        });
        return option;
    }
}
