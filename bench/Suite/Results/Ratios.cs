using Loupe.Bench.Statistics;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite.Results;

/// <summary>A ratio that the design has a target for.</summary>
/// <param name="Name">As JSON names it.</param>
/// <param name="What">For people.</param>
/// <param name="Target">For people; empty where there is none.</param>
/// <param name="IsMet">Whether a value reaches the target; null where there is none.</param>
/// <param name="Value">Over the rounds; each round's is computed from what that round measured.</param>
internal sealed record Ratio(string Name, string What, string Target, Func<double, bool>? IsMet, Spread Value);

/// <summary>The ratios of a run.</summary>
internal static class Ratios
{
    public static IReadOnlyList<Ratio> Of(SuiteResult result)
    {
        double Speed(Sample one, Sample other) => one.PerSecond / other.PerSecond;
        double Median(Sample sample, string? kind = null) => Spread.At(sample.Latencies(kind), 0.5);
        double FirstWord(Sample sample) => Spread.At(sample.FirstWords(), 0.5);
        return
        [
            new("cluster_vs_limit", "one silo, through grains and HTTP ÷ the limit, mixed questions", "≥ 0.80", value => value >= 0.80,
                result.Paired(WorkloadNames.Mixed, TargetNames.OneSilo, TargetNames.Limit, Speed)),
            new("two_silos_vs_limit", "two silos on the same processors ÷ the limit, mixed questions", string.Empty, null,
                result.Paired(WorkloadNames.Mixed, TargetNames.TwoSilos, TargetNames.Limit, Speed)),
            new("engine_vs_limit", "through grains in process ÷ the limit, mixed questions", string.Empty, null,
                result.Paired(WorkloadNames.Mixed, TargetNames.Engine, TargetNames.Limit, Speed)),
            new("reuse32_vs_none", "32 questions on one image ÷ no reuse", "≥ 5", value => value >= 5,
                result.Paired(WorkloadNames.Reuse32, TargetNames.OneSilo, TargetNames.None, Speed)),
            new("reuse32_vs_image_only", "32 questions on one image ÷ whole-image reuse alone", "> 1", value => value > 1,
                result.Paired(WorkloadNames.Reuse32, TargetNames.OneSilo, TargetNames.Image, Speed)),
            new("second_vs_first_latency", "second question on a region ÷ first on the image, p50", "≤ 0.20", value => value <= 0.20,
                result.Paired(
                    WorkloadNames.Latency, TargetNames.OneSilo, TargetNames.OneSilo,
                    (one, _) => Median(one, AskKinds.Second) / Median(one, AskKinds.First))),
            new("added_p50_ms", "HTTP over in-process, second question, p50, ms", "< 1", value => value < 1,
                result.Paired(
                    WorkloadNames.Latency, TargetNames.OneSilo, TargetNames.Engine,
                    (one, other) => Median(one, AskKinds.Second) - Median(other, AskKinds.Second))),
            new("no_reuse_vs_direct_latency", "no reuse, one at a time ÷ direct ONNX Runtime, p50", "≤ 1.05", value => value <= 1.05,
                result.Paired(
                    WorkloadNames.Latency, TargetNames.None, TargetNames.Limit,
                    (one, other) => Median(one, AskKinds.First) / Median(other, AskKinds.First))),
            new(
                "image_reuse80_throughput_gain", "80 % image reuse, throughput gained over no feature cache",
                "> 0.164", value => value > 0.164,
                result.Paired(WorkloadNames.Reuse80, TargetNames.OneSilo, TargetNames.None, (one, other) => Speed(one, other) - 1)),
            new("image_reuse80_ttfw_gain", "80 % image reuse, share of the time to first word saved", "> 0.277", value => value > 0.277,
                result.Paired(
                    WorkloadNames.Reuse80, TargetNames.OneSilo, TargetNames.None, (one, other) => 1 - (FirstWord(one) / FirstWord(other)))),
            new("overload_goodput", "goodput at 200 % of capacity ÷ peak goodput", "≥ 0.95", value => value >= 0.95, Overload(result)),
            new("vs_node_throughput", "one server ÷ the Node.js server, mixed questions", "> 1", value => value > 1,
                result.Paired(WorkloadNames.Mixed, TargetNames.OneSilo, TargetNames.Node, Speed)),
        ];
    }

    private static Spread Overload(SuiteResult result)
    {
        var loaded = result.Samples.Where(
            sample => sample.Target == TargetNames.OneSilo && sample.Workload.StartsWith(WorkloadNames.OpenLoop, StringComparison.Ordinal));
        return Spread.Of(loaded.GroupBy(sample => sample.Round).Select(round =>
        {
            double Good(Sample sample) => sample.Goodput(result.Sizes.OpenLoopDeadlineMs);
            var most = round.FirstOrDefault(sample => sample.Workload == SuiteRun.OpenLoopName(result.Sizes.OpenLoopPercents.Max()));
            return most is null ? double.NaN : Good(most) / round.Max(Good);
        }));
    }
}
