using System.Net;
using System.Threading.Channels;
using Loupe.Gateway.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
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
        var time = new FakeTimeProvider();
        var rate = RateOf(1, new ScriptedAllowance(time), time);

        Assert.True((await rate.TakeAsync("ann", default)).Admitted);
        Assert.False((await rate.TakeAsync("ann", default)).Admitted);
        Assert.True((await rate.TakeAsync("bob", default)).Admitted);
    }

    [Fact]
    public async Task Gateways_share_a_rate_and_refuse_by_themselves_when_it_is_spent()
    {
        var time = new FakeTimeProvider();
        var allowance = new ScriptedAllowance(time);
        RequestRate[] gateways = [RateOf(200, allowance, time), RateOf(200, allowance, time)];

        var admitted = 0;
        for (var i = 0; i < 1000; i++)
        {
            admitted += (await gateways[i % 2].TakeAsync("ann", default)).Admitted ? 1 : 0;
        }

        // Four of two hundred are taken at once.
        Assert.Equal(200, admitted);
        Assert.InRange(allowance.Asked, 50, 52);
        time.Advance(TimeSpan.FromSeconds(60));
        Assert.True((await gateways[0].TakeAsync("ann", default)).Admitted);
    }

    [Fact]
    public async Task A_gateway_that_can_ask_nobody_admits_its_share_and_says_so()
    {
        var time = new FakeTimeProvider();
        var (allowance, log) = (new ScriptedAllowance(time) { Fails = true }, new CollectedLog());
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var rate = new RequestRate(
            Options.Create(new LimitsOptions { RequestsPerMinute = 30 }), allowance, new ClusterOf(3), time,
            loggers.CreateLogger<RequestRate>());

        var admitted = 0;
        for (var i = 0; i < 30; i++)
        {
            admitted += (await rate.TakeAsync("ann", default)).Admitted ? 1 : 0;
        }

        Assert.Equal((10, 1), (admitted, allowance.Asked));
        Assert.Single(log.Lines, line => line.Contains("its share, 10 a minute"));
        time.Advance(TimeSpan.FromSeconds(60));
        allowance.Fails = false;
        Assert.Equal(29, (await rate.TakeAsync("ann", default)).Remaining);
    }

    private static RequestRate RateOf(int limit, ITenantAllowance allowance, TimeProvider time) => new(
        Options.Create(new LimitsOptions { RequestsPerMinute = limit }), allowance, new ClusterOf(1), time,
        NullLogger<RequestRate>.Instance);

    private sealed class ClusterOf(int silos) : IClusterView
    {
        public string? NotReadyBecause => null;

        public ClusterDescription Describe() => new()
        {
            Mode = "orleans",
            Bundle = new ScriptedLocalizer().Describe().Bundle,
            Silos = [.. Enumerable.Repeat(new ScriptedLocalizer().Describe().Silos[0], silos)],
        };
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
