using System.Diagnostics;
using Loupe.Gateway.Hosting;

namespace Loupe.Gateway.Tests.Hosting;

public sealed class RequestIdsTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("<>", null)]
    [InlineData("abc-1_2.3:4", "abc-1_2.3:4")]
    [InlineData("a b\u00e9\"c", "abc")]
    public void Only_what_is_safe_in_a_log_is_kept(string? given, string? kept) => Assert.Equal(kept, RequestIds.Clean(given));

    [Fact]
    public void A_long_id_is_cut() => Assert.Equal(RequestIds.MaxLength, RequestIds.Clean(new string('x', 5000))!.Length);

    [Fact]
    public async Task The_callers_id_comes_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.Add("x-request-id", "mine-7");
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal("mine-7", Assert.Single(response.Headers.GetValues("x-request-id")));
    }

    [Fact]
    public async Task A_request_without_an_id_gets_one_of_its_own()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var first = await gateway.Client.GetAsync("/health/live");
        using var second = await gateway.Client.GetAsync("/nothing");

        Assert.NotEqual(first.Headers.GetValues("x-request-id").Single(), second.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task The_callers_trace_goes_on_in_the_localizer()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var seen = "";
        gateway.Localizer.OnAsk = (_, question, token) =>
        {
            seen = Activity.Current?.TraceId.ToHexString();
            return ScriptedLocalizer.Parts(question, "x").ToAsyncEnumerable(token);
        };
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        using var response = await gateway.AskAsync(
            $$"""{"image": "{{GatewayUnderTest.Id('a')}}"}""",
            more: request => request.Headers.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01"));

        Assert.Equal(Trace, seen);
    }
}
