using System.Net;
using System.Text;
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
        using var content = new StringContent($"{Ask}\n{Ask}", Encoding.UTF8, "application/x-ndjson");
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

    [Fact]
    public async Task A_batch_that_waits_for_more_lines_is_ended()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var connection = await gateway.ConnectAsync();
        using var reader = new StreamReader(connection);
        await connection.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/questions/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
            + $"{Ask.Length + 1:x}\r\n{Ask}\n\r\n"));
        while (await reader.ReadLineAsync() is { } line && !line.Contains("\"text\""))
        {
        }

        var stopping = gateway.StopAsync(CancellationToken.None);
        string? end;
        do
        {
            end = await reader.ReadLineAsync();
        }
        while (end is not (null or "0"));

        Assert.Equal("0", end);
        await connection.WriteAsync("0\r\n\r\n"u8.ToArray());
        await stopping;
    }
}
