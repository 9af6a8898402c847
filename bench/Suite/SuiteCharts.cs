using Loupe.Bench.Charts;
using Loupe.Bench.Output;
using Loupe.Bench.Statistics;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite;

/// <summary>The pictures of a run.</summary>
internal static class SuiteCharts
{
    private static readonly string[] Ours = [TargetNames.Engine, TargetNames.OneSilo, TargetNames.TwoSilos];

    /// <summary>Draws those that something was measured for.</summary>
    public static void Write(SuiteResult result, ResultFolder folder)
    {
        foreach (var workload
            in WorkloadNames.All.Select(workload => workload.Name).Where(name => result.Samples.Any(sample => sample.Workload == name)))
        {
            var isLatency = workload == WorkloadNames.Latency;
            folder.WriteChart($"suite-{workload}", isLatency ? Latency(result) : Throughput(result, workload));
        }

        if (result.Samples.Any(sample => sample.Workload.StartsWith(WorkloadNames.OpenLoop, StringComparison.Ordinal)))
        {
            folder.WriteChart("suite-open-loop", OpenLoop(result));
        }
    }

    private static BarChart Throughput(SuiteResult result, string workload) => new()
    {
        Title = $"{workload}: {WorkloadNames.What(workload)}",
        X = "operations a second: median, and the least and most of the rounds",
        Bars = [.. SuiteMatrix.TargetsOf(workload).Where(target => IsMeasured(result, workload, target)).Select(target => BarOf(
            target, target, result.Over(workload, target, sample => sample.PerSecond)))],
    };

    private static BarChart Latency(SuiteResult result) => new()
    {
        Title = $"{WorkloadNames.Latency}: a first question about an image, a second about the same region",
        X = "milliseconds, p50: median, and the least and most of the rounds",
        Bars =
        [
            .. from target in SuiteMatrix.TargetsOf(WorkloadNames.Latency)
               where IsMeasured(result, WorkloadNames.Latency, target)
               from kind in new[] { AskKinds.First, AskKinds.Second }
               select BarOf(
                   $"{target}, {kind}", target,
                   result.Over(WorkloadNames.Latency, target, sample => Spread.At(sample.Latencies(kind), 0.5))),
        ],
    };

    private static LineChart OpenLoop(SuiteResult result) => new()
    {
        Title = $"Arrivals that wait for nobody: answers within {result.Sizes.OpenLoopDeadlineMs} ms",
        X = "arrivals, % of the capacity measured",
        Y = "answers in time, % of the capacity",
        AtLeast = 100,
        Lines =
        [
            .. from target in SuiteMatrix.TargetsOf(WorkloadNames.OpenLoop)
               where result.Samples.Any(
                   sample => sample.Target == target && sample.Workload.StartsWith(WorkloadNames.OpenLoop, StringComparison.Ordinal))
               let capacity = result.Over(WorkloadNames.Mixed, target, sample => sample.PerSecond).Median
               select (target, (IReadOnlyList<(double, double)>)[.. result.Sizes.OpenLoopPercents.Select(percent => ((double)percent,
                   100 * result.Over(
                       SuiteRun.OpenLoopName(percent), target,
                       sample => sample.Goodput(result.Sizes.OpenLoopDeadlineMs)).Median / capacity))]),
        ],
    };

    private static bool IsMeasured(SuiteResult result, string workload, string target) =>
        result.Samples.Any(sample => sample.Workload == workload && sample.Target == target);

    private static Bar BarOf(string name, string target, Spread spread) => new(name, spread.Median, SuiteText.Number(spread.Median))
    {
        Least = spread.Least,
        Most = spread.Most,
        IsOurs = Ours.Contains(target),
        Group = target,
    };
}
