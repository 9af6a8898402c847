using Loupe.Bench.Output;
using Loupe.Bench.Suite;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Tests.Suite;

public sealed class SuiteRunTests
{
    private static readonly SuiteSizes Tiny = SuiteSizes.Quick with
    {
        Rounds = 1,
        Clients = 4,
        MixedImages = 3,
        MixedQuestions = 24,
        LatencyPairs = 3,
        OneOffImages = 4,
        Reuse80Questions = 10,
        ZipfImages = 12,
        ZipfQuestions = 12,
        StreamQuestions = 4,
        UploadImages = 6,
        OpenLoopSeconds = 0.5,
    };

    [Fact]
    public async Task Everything_is_measured_and_whoever_does_the_same_work_says_the_same()
    {
        List<string> told = [];
        var options = new SuiteOptions
        {
            Bundle = BundleFolder.Of(null),
            Sizes = Tiny,
            Targets = [TargetNames.Limit, TargetNames.Engine, TargetNames.OneSilo, TargetNames.None],
        };
        await using var run = new SuiteRun(options, told.Add);
        var result = await run.RunAsync(TestContext.Current.CancellationToken);

        var closed = result.Samples.Where(sample => !sample.Workload.StartsWith(WorkloadNames.OpenLoop, StringComparison.Ordinal)).ToList();
        Assert.All(closed, sample => Assert.Equal((0, 0), (sample.Failed, sample.Differing)));
        Assert.All(closed, sample => Assert.True(sample.PerSecond > 0));
        Assert.Equal(
            WorkloadNames.All.Select(workload => workload.Name).Where(name => name != WorkloadNames.OpenLoop),
            closed.Select(sample => sample.Workload).Distinct());
        Assert.All(closed.Where(sample => sample.Workload == WorkloadNames.Stream), sample =>
        {
            Assert.Equal(Tiny.StreamQuestions, sample.FirstWords().Length);
            Assert.NotEmpty(sample.BetweenWords());
        });
        Assert.All(
            Tiny.OpenLoopPercents, percent => Assert.Single(result.Samples, sample => sample.Workload == SuiteRun.OpenLoopName(percent)));

        // What these four can tell has a value, and what needs others has none.
        var ratios = Ratios.Of(result).ToDictionary(ratio => ratio.Name, ratio => ratio.Value);
        Assert.All(
            [
                "cluster_vs_limit", "engine_vs_limit", "reuse32_vs_none", "second_vs_first_latency", "added_p50_ms",
                "no_reuse_vs_direct_latency", "image_reuse80_throughput_gain", "image_reuse80_ttfw_gain", "overload_goodput",
            ],
            name => Assert.True(double.IsFinite(ratios[name].Median), name));
        Assert.Equal(0, ratios["two_silos_vs_limit"].Count + ratios["vs_node_throughput"].Count);
        Assert.NotEmpty(told);
    }
}
