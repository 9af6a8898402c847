using Loupe.K8s.Tests.Manifests;

namespace Loupe.K8s.Tests.Monitoring.Live;

/// <summary>
/// Every query of the dashboard and every rule, put to a real Prometheus that scrapes two silos of the shipped bundle under
/// load. It shows that there are data, not how fast anything is.
/// </summary>
public sealed class DashboardLiveTests(ITestOutputHelper output)
{
    // Longer than the minute over which rates are taken.
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(75);

    [Fact]
    public async Task Every_query_and_every_rule_has_data_under_load()
    {
        Promtool.SkipWithout("prometheus");
        var answers = await DashboardRun.RunAsync(
            Repository.Path("k8s", "monitoring"), silos: 2, device: "cpu", Load, output.WriteLine, TestContext.Current.CancellationToken);

        Assert.True(answers.Answered > 0);
        Assert.Empty(
            answers.Told.Where(told => !told.IsGood)
                .Select(told => $"{told.Asked.Where}: {told.Asked.Query}: {told.Refusal ?? "no data"}"));
    }
}
