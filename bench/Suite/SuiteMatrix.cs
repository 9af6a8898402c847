using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite;

/// <summary>Who is given which workload: those whose comparison says something.</summary>
internal static class SuiteMatrix
{
    public static IReadOnlyList<string> TargetsOf(string workload) => workload switch
    {
        WorkloadNames.Mixed or WorkloadNames.OneOff =>
            [TargetNames.Limit, TargetNames.Engine, TargetNames.OneSilo, TargetNames.TwoSilos, TargetNames.None, TargetNames.Node],
        WorkloadNames.Latency =>
            [TargetNames.Limit, TargetNames.Engine, TargetNames.OneSilo, TargetNames.None, TargetNames.Node],
        WorkloadNames.Reuse32 or WorkloadNames.Regions =>
            [
                TargetNames.Limit, TargetNames.OneSilo, TargetNames.TwoSilos, TargetNames.None, TargetNames.Image, TargetNames.Answer,
                TargetNames.Node,
            ],
        WorkloadNames.Reuse80 or WorkloadNames.Zipf =>
            [TargetNames.OneSilo, TargetNames.TwoSilos, TargetNames.None, TargetNames.Image, TargetNames.Node],
        WorkloadNames.Stream =>
            [TargetNames.OneSilo, TargetNames.None, TargetNames.Node],
        WorkloadNames.Upload =>
            [TargetNames.OneSilo, TargetNames.TwoSilos, TargetNames.Node],
        WorkloadNames.OpenLoop =>
            [TargetNames.OneSilo, TargetNames.Node],
        _ => throw new ArgumentException($"There is no workload {workload}.", nameof(workload)),
    };
}
