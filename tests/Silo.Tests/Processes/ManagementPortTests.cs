using System.Net;

namespace Loupe.Silo.Tests.Processes;

public sealed class ManagementPortTests
{
    [Fact]
    public async Task Metrics_are_on_their_own_port_and_on_no_other()
    {
        var port = Ports.Free();
        await using var silo = await SiloUnderTest.StartAsync(null, "--Silo:ManagementPort", $"{port}");
        using var management = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Contains("\nloupe_saturation", await management.GetStringAsync(Address("/metrics"), TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(management, "/health/ready"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(management, "/v1/cluster"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(management, "/"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(silo.Client, "/metrics"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo.Client, "/v1/cluster"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(silo.Client, "/health/ready"));

        // What a request says of itself opens nothing.
        using var pretending = new HttpRequestMessage(HttpMethod.Get, Address("/metrics"));
        pretending.Headers.Host = $"127.0.0.1:{port}";
        using var refused = await silo.Client.SendAsync(pretending, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    private static Uri Address(string path) => new(path, UriKind.Relative);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(Address(path), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
