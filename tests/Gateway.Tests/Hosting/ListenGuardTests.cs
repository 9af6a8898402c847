using Loupe.Gateway.Hosting;

namespace Loupe.Gateway.Tests.Hosting;

public sealed class ListenGuardTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    public async Task Without_keys_the_server_refuses_to_listen_to_strangers(string url)
    {
        var (app, _, _) = GatewayUnderTest.Build(url, null);
        await using (app)
        {
            var exception = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());
            var refused = Assert.IsType<ListenRefusedException>(exception.GetBaseException());
            Assert.Contains("Gateway:AllowAnonymousRemote=true", refused.Message);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "x", "y")]
    [InlineData("http://[::1]:0", "x", "y")]
    [InlineData("http://0.0.0.0:0", "Gateway:AllowAnonymousRemote", "true")]
    public async Task Loopback_and_what_the_operator_means_are_allowed(string url, string key, string value)
    {
        var (app, _, _) = GatewayUnderTest.Build(url, null, (key, value));
        await using (app)
        {
            await app.StartAsync();
            Assert.Single(app.Urls);
            await app.StopAsync();
        }
    }

    [Fact]
    public async Task With_keys_strangers_may_come()
    {
        var (app, _, _) = GatewayUnderTest.Build(
            "http://0.0.0.0:0", null, ("Auth:Keys:0:Tenant", "ann"), ("Auth:Keys:0:Sha256", GatewayUnderTest.Id('a')));
        await using (app)
        {
            await app.StartAsync();
            Assert.Single(app.Urls);
            await app.StopAsync();
        }
    }
}
