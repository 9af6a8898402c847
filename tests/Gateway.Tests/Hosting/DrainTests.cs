using System.Net;
using System.Threading.Channels;

namespace Loupe.Gateway.Tests.Hosting;

public sealed class DrainTests
{
    private static readonly string Ask = $$"""{"image": "{{GatewayUnderTest.Id('a')}}"}""";

    [Fact]
    public async Task Stopping_finishes_what_runs_refuses_the_rest_and_tells_health()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        TaskCompletionSource begun = new();
        var gate = Channel.CreateUnbounded<AnswerPart>();
        gateway.Localizer.OnAsk = (_, _, token) =>
        {
            begun.TrySetResult();
            return gate.Reader.ReadAllAsync(token);
        };
        var running = gateway.AskAsync(Ask);
        await begun.Task;

        var stopping = gateway.StopAsync(CancellationToken.None);
        using var unready = await gateway.Client.GetAsync("/health/ready");
        using var live = await gateway.Client.GetAsync("/health/live");
        using var refused = await gateway.AskAsync(Ask);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, unready.StatusCode);
        Assert.Equal("draining", (await unready.JsonAsync()).GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.False(stopping.IsCompleted);

        gate.Writer.TryWrite(new DonePart(ScriptedLocalizer.Answer(new Question(Image: "i"), "finished")));
        gate.Writer.Complete();
        using var answered = await running;
        Assert.Equal("finished", (await answered.JsonAsync()).GetProperty("text").GetString());
        await stopping;
    }

    [Fact]
    public async Task A_drain_ends_when_its_time_is_over()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        TaskCompletionSource begun = new(), cancelled = new();
        gateway.Localizer.OnAsk = ScriptedLocalizer.NeverEnding(begun, cancelled);
        var running = gateway.AskAsync(Ask);
        await begun.Task;

        using var over = new CancellationTokenSource();
        var stopping = gateway.StopAsync(over.Token);
        Assert.False(stopping.IsCompleted);
        await over.CancelAsync();
        await stopping;

        await cancelled.Task;
        await Assert.ThrowsAnyAsync<Exception>(() => running);
    }

    [Fact]
    public async Task Lines_of_a_batch_that_come_too_late_are_told_so()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Batch:Concurrency", "1"));
        TaskCompletionSource begun = new();
        var gate = Channel.CreateUnbounded<AnswerPart>();
        gateway.Localizer.OnAsk = (_, _, token) =>
        {
            begun.TrySetResult();
            return gate.Reader.ReadAllAsync(token);
        };
        using var content = new StringContent($"{Ask}\n{Ask}", System.Text.Encoding.UTF8, "application/x-ndjson");
        var running = gateway.Client.PostAsync("/v1/questions/batch", content);
        await begun.Task;
        var stopping = gateway.StopAsync(CancellationToken.None);
        gate.Writer.TryWrite(new DonePart(ScriptedLocalizer.Answer(new Question(Image: "i"), "finished")));
        gate.Writer.Complete();
        using var response = await running;

        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("finished", lines[0]);
        Assert.Contains("\"status\":503", lines[1]);
        await stopping;
    }
}
