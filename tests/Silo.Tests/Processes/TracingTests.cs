
namespace Loupe.Silo.Tests.Processes;

public sealed class TracingTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";

    [Fact]
    public async Task A_callers_trace_is_continued_through_all_stages_and_sent_to_the_collector()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var silo = await SiloUnderTest.StartAsync(
            null, "--Tracing:Endpoint", collector.Address, "--Tracing:Protocol", "http", "--Loupe:Name", "the-silo");
        var image = await silo.UploadAsync(Picture.Png(1));
        silo.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-{Caller}-01");
        await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "caption"}""");
        await StopAsync(silo);

        var spans = collector.Of(Trace);
        Assert.Equal(["POST /v1/questions", "question", "answer", "region", "encode"], Ours(Way(spans, "encode")));
        Assert.Equal(["POST /v1/questions", "question", "answer", "decode"], Ours(Way(spans, "decode")));
        Assert.All(spans, span => Assert.StartsWith("the-silo/", span.Instance));
        Assert.Equal("miss", spans.Single(span => span.Name == "encode").Attributes["loupe.reuse"]);
        Assert.Equal(
            ("caption", "ok"),
            (
                spans.Single(span => span.Name == "question").Attributes["loupe.task"],
                spans.Single(span => span.Name == "question").Attributes["loupe.outcome"]));
        Assert.All(
            spans.Where(span => span.Name is "encode" or "region" or "decode"),
            span => Assert.True(span.Attributes.ContainsKey("loupe.batch_size") && span.Attributes.ContainsKey("loupe.queue_ms")));
        Assert.DoesNotContain(spans, span => span.Attributes.Values.Any(value => value.Contains(image)));
    }

    [Fact]
    public async Task A_trace_crosses_processes()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var silo = await SiloUnderTest.StartAsync(
            null, "--silos", "2", "--Cluster:Port", $"{Ports.Free()}", "--Tracing:Endpoint", collector.Address, "--Tracing:Protocol",
            "http");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while ((await silo.Client.GetStringAsync("/v1/cluster")).Split("\"state\":\"active\"").Length != 3)
        {
            Assert.False(patience.IsCancellationRequested, silo.Output);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        // About half of the pictures are at home in the other process.
        silo.Client.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-{Caller}-01");
        for (var i = 0; i < 12; i++)
        {
            await silo.AnswerAsync($$"""{"image": "{{await silo.UploadAsync(Picture.Png(i))}}", "task": "caption"}""");
        }

        await StopAsync(silo);

        var spans = collector.Of(Trace);
        var answers = spans.Where(span => span.Name == "answer").ToList();
        Assert.Equal(12, answers.Count);
        Assert.Equal(2, answers.Select(span => span.Instance).Distinct().Count());
        foreach (var answer in answers)
        {
            var way = Way(spans, answer);
            Assert.Equal(["POST /v1/questions", "question"], way[..2]);
            Assert.Equal("answer", way[^1]);
        }

        Assert.All(
            answers,
            answer =>
                Assert.Contains(spans, span => span.Name == "decode" && span.Parent == answer.Id && span.Instance == answer.Instance));
    }

    // What was not yet sent is sent at the end.
    private static async Task StopAsync(SiloUnderTest silo)
    {
        silo.AskToStop();
        Assert.Equal(0, await silo.EndAsync());
    }

    private static string[] Way(IReadOnlyList<OtlpReceiver.Span> spans, string name) => Way(spans, spans.Single(span => span.Name == name));

    // Between them are the calls from grain to grain.
    private static string[] Ours(string[] way) =>
        [.. way.Where(name => !name.StartsWith('I') && !name.StartsWith("Orleans", StringComparison.Ordinal))];

    /// <summary>Names from the caller down to a span; every parent but the caller's must have come too.</summary>
    private static string[] Way(IReadOnlyList<OtlpReceiver.Span> spans, OtlpReceiver.Span span)
    {
        var names = new Stack<string>([span.Name]);
        while (span.Parent != Caller)
        {
            span = Assert.Single(spans, one => one.Id == span.Parent);
            names.Push(span.Name);
        }

        return [.. names];
    }
}
