using Loupe.Bench.Suite;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Tests.Suite.Results;

public sealed class RatiosTests
{
    private static readonly SuiteSizes Sizes = SuiteSizes.Quick with { OpenLoopPercents = [100, 200], OpenLoopDeadlineMs = 100 };

    [Fact]
    public void Throughputs_are_divided_within_each_round()
    {
        // Round 0 is slow for everybody: only a pairing by round gives 0.5 and 0.8.
        var ratio = Of(
            "cluster_vs_limit",
            Speed(WorkloadNames.Mixed, TargetNames.OneSilo, 0, 5), Speed(WorkloadNames.Mixed, TargetNames.Limit, 0, 10),
            Speed(WorkloadNames.Mixed, TargetNames.OneSilo, 1, 80), Speed(WorkloadNames.Mixed, TargetNames.Limit, 1, 100));

        Assert.Equal(0.5, ratio.Value.Least, 9);
        Assert.Equal(0.8, ratio.Value.Most, 9);
        Assert.Equal(0.65, ratio.Value.Median, 9);
        Assert.False(ratio.IsMet!(ratio.Value.Median));
    }

    [Fact]
    public void What_was_not_measured_has_no_value()
    {
        var ratio = Of(
            "two_silos_vs_limit", Speed(WorkloadNames.Mixed, TargetNames.OneSilo, 0, 5),
            Speed(WorkloadNames.Mixed, TargetNames.Limit, 0, 10));
        Assert.Equal(0, ratio.Value.Count);
        Assert.True(double.IsNaN(ratio.Value.Median));
    }

    [Fact]
    public void Gains_are_shares_of_the_peers()
    {
        var samples = new[] { Words(TargetNames.OneSilo, 10, firstMs: 20), Words(TargetNames.None, 4, firstMs: 80) };
        Assert.Equal(1.5, Of("image_reuse80_throughput_gain", samples).Value.Median, 9);
        Assert.Equal(0.75, Of("image_reuse80_ttfw_gain", samples).Value.Median, 9);
    }

    [Fact]
    public void Latencies_are_compared_by_their_kind()
    {
        var single = Sample(
            WorkloadNames.Latency, TargetNames.OneSilo, 0, 1,
            [Took(40, AskKinds.First), Took(4, AskKinds.Second), Took(60, AskKinds.First), Took(6, AskKinds.Second)]);
        var engine = Sample(WorkloadNames.Latency, TargetNames.Engine, 0, 1, [Took(40, AskKinds.First), Took(4.5, AskKinds.Second)]);
        var none = Sample(WorkloadNames.Latency, TargetNames.None, 0, 1, [Took(42, AskKinds.First), Took(40, AskKinds.Second)]);
        var limit = Sample(WorkloadNames.Latency, TargetNames.Limit, 0, 1, [Took(40, AskKinds.First), Took(1, AskKinds.Second)]);

        Assert.Equal(0.1, Of("second_vs_first_latency", single).Value.Median, 9);
        Assert.Equal(0.5, Of("added_p50_ms", single, engine).Value.Median, 9);
        Assert.Equal(1.05, Of("no_reuse_vs_direct_latency", none, limit).Value.Median, 9);
        Assert.True(Of("no_reuse_vs_direct_latency", none, limit).IsMet!(1.05));
    }

    [Fact]
    public void Goodput_counts_what_came_in_time_and_is_compared_with_its_peak()
    {
        var peak = Sample(SuiteRun.OpenLoopName(100), TargetNames.OneSilo, 0, 1, [Took(50), Took(60), Took(99), Took(101)]);
        var over = Sample(
            SuiteRun.OpenLoopName(200), TargetNames.OneSilo, 0, 1, [Took(50), Took(60), Took(70) with { IsOk = false }, Took(500)]);
        Assert.Equal(2.0 / 3, Of("overload_goodput", peak, over).Value.Median, 9);
    }

    [Fact]
    public void Every_ratio_of_the_contract_is_there() => Assert.Superset(
        new HashSet<string>
        {
            "cluster_vs_limit", "reuse32_vs_none", "reuse32_vs_image_only", "second_vs_first_latency", "added_p50_ms",
            "no_reuse_vs_direct_latency", "image_reuse80_throughput_gain", "image_reuse80_ttfw_gain", "overload_goodput",
            "vs_node_throughput",
        },
        Ratios.Of(Result([])).Select(ratio => ratio.Name).ToHashSet());

    internal static SuiteResult Result(IReadOnlyList<Sample> samples) =>
        new(
            samples, new Dictionary<string, string> { [TargetNames.Node] = "there is no Node.js" }, null, null, Sizes,
            TimeSpan.FromMinutes(1));

    internal static Sample Speed(string workload, string target, int round, int perSecond) =>
        Sample(workload, target, round, 1, [.. Enumerable.Repeat(Took(10), perSecond)]);

    private static Sample Words(string target, int perSecond, double firstMs) =>
        Sample(
            WorkloadNames.Reuse80, target, 0, 1,
            [.. Enumerable.Repeat(Took(100) with { FirstWord = firstMs / 1000, Words = 3 }, perSecond)]);

    private static Sample Sample(string workload, string target, int round, double seconds, IReadOnlyList<Done> operations) =>
        new(target, workload, round, new Outcome(seconds, operations), 0.5, 0.1, 0);

    private static Done Took(double milliseconds, string kind = "") => new(0, double.NaN, milliseconds / 1000, 0, true, kind);

    private static Ratio Of(string name, params Sample[] samples) => Ratios.Of(Result(samples)).Single(ratio => ratio.Name == name);
}
