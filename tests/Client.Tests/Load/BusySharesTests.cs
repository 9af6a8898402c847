using Loupe.Command.Load;

namespace Loupe.Client.Tests.Load;

public sealed class BusySharesTests
{
    [Fact]
    public void What_stages_worked_is_a_share_of_the_time_between()
    {
        var before = BusyShares.Parse(Metrics(1, 2));
        var after = BusyShares.Parse(Metrics(3.5, 2));

        var busy = BusyShares.Between(before, after, TimeSpan.FromSeconds(5));

        Assert.Equal(0.5, busy["encode"], 3);
        Assert.Equal(0, busy["decode"], 3);
    }

    [Fact]
    public void A_server_that_tells_nothing_is_no_failure() =>
        Assert.Empty(
            BusyShares.Between(BusyShares.Parse("# HELP other\nother 7\n"), BusyShares.Parse(string.Empty), TimeSpan.FromSeconds(1)));

    private static string Metrics(double encode, double decode) => FormattableString.Invariant(
        $$"""
        # TYPE loupe_stage_busy_seconds_total counter
        loupe_stage_busy_seconds_total{otel_scope_name="Loupe",stage="encode"} {{encode}} 1700000000000
        loupe_stage_busy_seconds_total{stage="decode"} {{decode}}
        loupe_stage_seconds_sum{stage="encode"} 99

        """);
}
