using System.Diagnostics;
using System.Globalization;
using Loupe.Bench.Statistics;
using Loupe.Bench.Suite.Limit;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite;

/// <summary>All workloads on all targets, in turn, round by round.</summary>
internal sealed class SuiteRun : IAsyncDisposable
{
    private readonly SuiteOptions _options;
    private readonly Action<string> _tell;
    private readonly SceneBook _scenes;
    private readonly WorkloadBook _workloads;
    private readonly Dictionary<string, Target> _targets = [];
    private readonly Dictionary<string, string> _missing = [];
    private readonly List<Sample> _samples = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _measured;

    public SuiteRun(SuiteOptions options, Action<string> tell)
    {
        (_options, _tell) = (options, tell);
        _scenes = SceneBook.Load(options.Bundle);
        _workloads = new WorkloadBook(_scenes, options.Sizes, options.Seed);
    }

    /// <summary>Runs everything; minutes.</summary>
    public async Task<SuiteResult> RunAsync(CancellationToken cancellation)
    {
        await OpenAsync(cancellation);
        for (var round = 0; round < _options.Sizes.Rounds; round++)
        {
            foreach (var workload in WorkloadNames.All.Select(workload => workload.Name).Where(_options.Workloads.Contains))
            {
                if (workload != WorkloadNames.OpenLoop)
                {
                    await MeasureAsync(workload, workload, round, _workloads.Plan(workload, round), cancellation);
                }
                else if (round < _options.Sizes.OpenLoopRounds)
                {
                    await OpenLoopAsync(round, cancellation);
                }
            }

            if (round + 1 < _options.Sizes.Rounds)
            {
                _scenes.Clear();
            }
        }

        var limit = _targets.GetValueOrDefault(TargetNames.Limit) as LimitTarget;
        return new SuiteResult(_samples, _missing, limit?.Many, limit?.Single, _options.Sizes, _clock.Elapsed);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var target in _targets.Values)
        {
            await target.DisposeAsync();
        }
    }

    private async Task OpenAsync(CancellationToken cancellation)
    {
        var opener = new TargetOpener(_options.Bundle, _scenes);
        var needed = _options.Workloads.SelectMany(SuiteMatrix.TargetsOf).ToHashSet();
        foreach (var name in _options.Targets.Where(needed.Contains))
        {
            _tell($"starting {name}: {TargetNames.What(name)}");
            try
            {
                _targets[name] = await opener.OpenAsync(name, _tell, cancellation);
            }
            catch (MissingTargetException missing)
            {
                _missing[name] = missing.Message;
                _tell($"  left out: {missing.Message}");
            }
        }

        (_targets.GetValueOrDefault(TargetNames.Limit) as LimitTarget)?.Search(_workloads.Search(), _options.Sizes.IsQuick, _tell);
        _tell("warming everybody up");
        foreach (var target in _targets.Values)
        {
            await target.PrepareAsync(_workloads.WarmUp(), cancellation);
            await target.RunAsync(_workloads.WarmUp(), cancellation);
        }
    }

    private async Task OpenLoopAsync(int round, CancellationToken cancellation)
    {
        foreach (var name in SuiteMatrix.TargetsOf(WorkloadNames.OpenLoop))
        {
            if (!_targets.ContainsKey(name))
            {
                continue;
            }

            var capacity = Capacity(name);
            if (!double.IsFinite(capacity))
            {
                await MeasureAsync(
                    WorkloadNames.Mixed, WorkloadNames.Mixed, round, _workloads.Plan(WorkloadNames.Mixed, round), cancellation, name);
                capacity = Capacity(name);
            }

            foreach (var percent in _options.Sizes.OpenLoopPercents)
            {
                var plan = _workloads.OpenLoop(round, percent, capacity * percent / 100);
                await MeasureAsync(OpenLoopName(percent), WorkloadNames.OpenLoop, round, plan, cancellation, name);
            }
        }
    }

    /// <summary>The name of the open loop at a rate.</summary>
    public static string OpenLoopName(int percent) => string.Create(CultureInfo.InvariantCulture, $"{WorkloadNames.OpenLoop} {percent} %");

    private double Capacity(string target) =>
        Spread.Of(
            _samples.Where(sample => sample.Target == target && sample.Workload == WorkloadNames.Mixed)
                .Select(sample => sample.PerSecond)).Median;

    private async Task MeasureAsync(string name, string workload, int round, Plan plan, CancellationToken cancellation, string? only = null)
    {
        // There and back, so that what drifts favours nobody.
        var names = SuiteMatrix.TargetsOf(workload)
            .Where(target => _targets.ContainsKey(target) && (only is null || only == target))
            .ToList();
        List<(Sample Sample, IReadOnlyList<string?> Said)> measured = [];
        foreach (var target in round % 2 == 0 ? names : Enumerable.Reverse(names))
        {
            var running = _targets[target];
            await running.PrepareAsync(plan, cancellation);
            GC.Collect();
            var (server, client) = (running.ServerTime, Client());
            var outcome = await running.RunAsync(plan, cancellation);
            var clientSeconds = (Client() - client).TotalSeconds;
            var serverSeconds = server is { } before ? (running.ServerTime!.Value - before).TotalSeconds : double.NaN;
            var sample = new Sample(target, name, round, outcome, serverSeconds, clientSeconds, 0);
            measured.Add((sample, running.Said()));
            _tell(SuiteText.Line(sample, _options.Sizes.Rounds, ++_measured, _clock.Elapsed));
        }

        var reference = measured.FirstOrDefault(one => one.Sample.Target == TargetNames.OneSilo).Said ?? measured.FirstOrDefault().Said;
        _samples.AddRange(measured.Select(one => one.Sample with { Differing = Differing(one.Said, reference) }));
    }

    private static int Differing(IReadOnlyList<string?> said, IReadOnlyList<string?> reference) =>
        said.Zip(reference).Count(pair => pair.First is not null && pair.Second is not null && pair.First != pair.Second);

    private static TimeSpan Client()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime;
    }
}

/// <summary>What a run of the suite found.</summary>
/// <param name="Samples">Every measurement.</param>
/// <param name="Missing">Targets that this machine could not run, with why.</param>
/// <param name="Many">How the limit is driven for many questions at once, where it was measured.</param>
/// <param name="Single">How it is for one at a time.</param>
/// <param name="Sizes">How much work it was.</param>
/// <param name="Took">From start to end.</param>
internal sealed record SuiteResult(
    IReadOnlyList<Sample> Samples, IReadOnlyDictionary<string, string> Missing, LimitLayout? Many, LimitLayout? Single, SuiteSizes Sizes,
    TimeSpan Took)
{
    /// <summary>A figure of a workload on a target, over the rounds.</summary>
    public Spread Over(string workload, string target, Func<Sample, double> figure) =>
        Spread.Of(Samples.Where(sample => sample.Workload == workload && sample.Target == target).Select(figure));

    /// <summary>A figure of each round that two measurements of that round give; rounds that lack one are left out.</summary>
    public Spread Paired(string workload, string one, string other, Func<Sample, Sample, double> figure) => Spread.Of(
        from first in Samples
        from second in Samples
        where first.Workload == workload
            && second.Workload == workload
            && first.Round == second.Round
            && first.Target == one
            && second.Target == other
        select figure(first, second));
}
