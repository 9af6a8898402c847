using System.Net;
using System.Threading.Channels;
using Loupe.Gateway.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Loupe.Gateway.Tests.Limits;

public sealed class LimitsTests
{
    private static readonly string Ask = $$"""{"image": "{{GatewayUnderTest.Id('a')}}"}""";

    [Fact]
    public async Task The_rate_is_told_kept_and_renewed()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(time, ("Limits:RequestsPerMinute", "2"));

        using var first = await gateway.AskAsync(Ask);
        time.Advance(TimeSpan.FromSeconds(20));
        using var second = await gateway.AskAsync(Ask);
        using var third = await gateway.AskAsync(Ask);
        time.Advance(TimeSpan.FromSeconds(40));
        using var renewed = await gateway.AskAsync(Ask);

        Assert.Equal(("2", "1", "60s"), Told(first));
        Assert.Equal(("2", "0", "40s"), Told(second));
        await third.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.Equal("40", third.Headers.RetryAfter!.ToString());
        Assert.Equal(("2", "1", "60s"), Told(renewed));
        Assert.Equal(3, gateway.Localizer.Asked.Count);
    }

    [Fact]
    public async Task Tenants_have_a_rate_each()
    {
        var rate = new RequestRate(Options.Create(new LimitsOptions { RequestsPerMinute = 1 }), new FakeTimeProvider());
        Assert.True(rate.Take("ann").Admitted);
        Assert.False(rate.Take("ann").Admitted);
        Assert.True(rate.Take("bob").Admitted);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Without_a_limit_nothing_is_told()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.AskAsync(Ask);

        Assert.False(response.Headers.Contains("x-ratelimit-limit-requests"));
    }

    [Theory]
    [InlineData("Limits:MaxInFlight", HttpStatusCode.ServiceUnavailable)]
    [InlineData("Limits:MaxInFlightPerTenant", HttpStatusCode.TooManyRequests)]
    public async Task More_at_once_than_is_allowed_is_refused_and_room_comes_back(string limit, HttpStatusCode status)
    {
        await using var gateway = await GatewayUnderTest.StartAsync((limit, "1"));
        TaskCompletionSource begun = new();
        var gate = Channel.CreateUnbounded<AnswerPart>();
        gateway.Localizer.OnAsk = (_, _, token) =>
        {
            begun.TrySetResult();
            return gate.Reader.ReadAllAsync(token);
        };
        var running = gateway.AskAsync(Ask);
        await begun.Task;

        using var refused = await gateway.AskAsync(Ask);
        await refused.ProblemAsync(status);
        Assert.Equal("1", refused.Headers.RetryAfter!.ToString());

        gate.Writer.TryWrite(new DonePart(ScriptedLocalizer.Answer(new Question(Image: "i"), "x")));
        gate.Writer.Complete();
        using var answered = await running;
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        await gateway.Services.GetRequiredService<RequestsInFlight>().WhenNoneAsync();
        using var next = await gateway.Client.GetAsync("/v1/cluster");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Bodies_share_a_budget_and_give_it_back()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Limits:MaxBodyBytesInFlight", "1048576"));
        using var tooMuch = await gateway.Client.PostAsync("/v1/images", GatewayUnderTest.Image(new byte[2 << 20]));
        using var fits = await gateway.Client.PostAsync("/v1/images", GatewayUnderTest.Image(new byte[1 << 17]));

        await tooMuch.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(tooMuch.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.Created, fits.StatusCode);
        Assert.Equal(0, gateway.Services.GetRequiredService<BodyBudget>().Reserved);
    }

    private static (string Limit, string Remaining, string Reset) Told(HttpResponseMessage response) => (
        response.Headers.GetValues("x-ratelimit-limit-requests").Single(),
        response.Headers.GetValues("x-ratelimit-remaining-requests").Single(),
        response.Headers.GetValues("x-ratelimit-reset-requests").Single());
}
