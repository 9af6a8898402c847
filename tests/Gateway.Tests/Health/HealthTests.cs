using System.Net;

namespace Loupe.Gateway.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Readiness_is_the_clusters_and_says_why_not()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var ready = await gateway.Client.GetAsync("/health/ready");
        gateway.Localizer.NotReadyBecause = "the bundle is warming";
        using var unready = await gateway.Client.GetAsync("/health/ready");
        using var live = await gateway.Client.GetAsync("/health/live");

        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
        Assert.Equal("the bundle is warming", (await unready.JsonAsync()).GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task The_cluster_is_described()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.GetAsync("/v1/cluster");
        var cluster = await response.JsonAsync();

        Assert.Equal("single", cluster.GetProperty("mode").GetString());
        var silo = cluster.GetProperty("silos")[0];
        Assert.Equal(("active", 0.5), (silo.GetProperty("state").GetString(), silo.GetProperty("queueSeconds").GetDouble()));
    }
}
