using System.Net;

namespace Loupe.Gateway.Tests.Problems;

public sealed class RoutesTests
{
    [Theory]
    [InlineData("/nothing")]
    [InlineData("/v1/nothing")]
    [InlineData("/v1/images/x/y/z")]
    public async Task An_unknown_address_is_404(string path)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.GetAsync(path);

        await response.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_wrong_method_is_405_and_told_which_are_right()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.DeleteAsync("/v1/questions");

        await response.ProblemAsync(HttpStatusCode.MethodNotAllowed);
        Assert.Equal(["POST"], response.Content.Headers.Allow);
    }

    [Fact]
    public async Task Every_response_has_headers_that_keep_a_browser_in_check_and_none_that_open_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/cluster");
        request.Headers.Add("Origin", "http://elsewhere.example");
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", response.Headers.GetValues("X-Frame-Options").Single());
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }
}
