using Loupe.Bench.Suite;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;
using Loupe.Bench.Tests.Suite.Results;

namespace Loupe.Bench.Tests.Suite;

public sealed class SuiteReportTests
{
    private static readonly SuiteResult Result = RatiosTests.Result(
    [
        RatiosTests.Speed(WorkloadNames.Mixed, TargetNames.OneSilo, 0, 95),
        RatiosTests.Speed(WorkloadNames.Mixed, TargetNames.Limit, 0, 100),
    ]);

    [Fact]
    public void Json_has_the_ratios_of_the_contract_and_null_for_what_was_not_measured()
    {
        var json = new SuiteReport(Result, "scenes", "./loupe bench suite").ToJson();
        Assert.Equal(0.95, (double)json["ratios"]!["cluster_vs_limit"]!);
        Assert.True(json["ratios"]!.AsObject().ContainsKey("vs_node_throughput"));
        Assert.Null(json["ratios"]!["vs_node_throughput"]);
        Assert.Equal("there is no Node.js", (string)json["missing"]![TargetNames.Node]!);
        Assert.Equal(2, json["workloads"]!.AsArray().Count);
    }

    [Fact]
    public void The_table_says_what_was_reached_and_who_is_missing()
    {
        var table = new SuiteReport(Result, "scenes", "./loupe bench suite").ToMarkdown("a machine", "abc");
        Assert.Contains("(`cluster_vs_limit`) | ≥ 0.80 | 0.95 | reached |", table);
        Assert.Contains("(`vs_node_throughput`) | > 1 | – |  |", table);
        Assert.Contains("Not measured: there is no Node.js.", table);
        Assert.Contains("quick look", table);
        foreach (var line in table.Split('\n').Where(line => line.StartsWith("| single", StringComparison.Ordinal)))
        {
            Assert.Equal(11, line.Count(letter => letter == '|'));
        }
    }
}
