using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Loupe.Gateway.Tests.Streaming;

public sealed class EventStreamTests
{
    private static readonly string Ask = $$"""{"image": "{{GatewayUnderTest.Id('a')}}", "stream": true}""";
    private static readonly Question Question = new(Image: GatewayUnderTest.Id('a'));

    [Fact]
    public async Task A_stream_is_framed_as_the_contract_says()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => new AnswerPart[]
        {
            new WordPart(0, ScriptedLocalizer.Word("a")),
            new RegionPart(0, new FoundRegion { Box = new Box(1, 2, 3, 4), Score = 0.5, Text = "line\nbreak" }),
            new RegionPart(1, new FoundRegion { Box = new Box(1, 1, 3, 4), Score = 0.25, Mask = new Mask([4, 5], "53107") }),
            new DonePart(ScriptedLocalizer.Answer(question, "a")),
        }.ToAsyncEnumerable(token);
        using var response = await gateway.AskAsync(Ask);

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var frames = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, frames.Length);
        Assert.Equal(
            """id: 0|event: word|data: {"text":"a","point":[1,2],"box":[0,0,2,4],"confidence":0.5}""", frames[0].Replace('\n', '|'));
        Assert.Equal(
            """id: 0|event: region|data: {"box":[1,2,3,4],"score":0.5,"text":"line\nbreak","mask":null}""", frames[1].Replace('\n', '|'));
        Assert.Equal(
            """id: 1|event: region|data: {"box":[1,1,3,4],"score":0.25,"text":null,"mask":{"size":[4,5],"counts":"53107"}}""",
            frames[2].Replace('\n', '|'));
        Assert.StartsWith("event: done|data: {\"id\":", frames[3].Replace('\n', '|'));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_word_arrives_before_the_next_is_spoken(bool byHeader)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var gate = Channel.CreateUnbounded<AnswerPart>();
        gateway.Localizer.OnAsk = ScriptedLocalizer.Gated(gate);
        gate.Writer.TryWrite(new WordPart(0, ScriptedLocalizer.Word("one")));
        using var response = await gateway.AskAsync(byHeader ? Ask.Replace("true", "false") : Ask, events: byHeader);
        await using var events = Events(await response.Content.ReadAsStreamAsync());

        Assert.True(await events.MoveNextAsync());
        Assert.Equal("one", Text(events.Current));
        for (var i = 1; i <= 3; i++)
        {
            // The next word is not said until the one before was received: were words held back, this would not end.
            gate.Writer.TryWrite(new WordPart(i, ScriptedLocalizer.Word($"word {i}")));
            Assert.True(await events.MoveNextAsync());
            Assert.Equal((i.ToString(), $"word {i}"), (events.Current.EventId, Text(events.Current)));
        }

        gate.Writer.TryWrite(new DonePart(ScriptedLocalizer.Answer(Question, "all")));
        gate.Writer.Complete();
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(("done", "all"), (events.Current.EventType, Text(events.Current)));
        Assert.False(await events.MoveNextAsync());
    }

    [Fact]
    public async Task A_failure_after_the_first_word_is_the_last_event()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(
            LocalizerException.Of(ProblemKind.Unavailable, "gone", TimeSpan.FromSeconds(2)), new WordPart(0, ScriptedLocalizer.Word("a")));
        using var response = await gateway.AskAsync(Ask);
        var events = await AllAsync(response);

        Assert.Equal(["word", "error"], events.Select(e => e.EventType));
        using var problem = JsonDocument.Parse(events[1].Data);
        Assert.Equal(503, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(2, problem.RootElement.GetProperty("retryAfter").GetInt32());
    }

    [Fact]
    public async Task A_defect_after_the_first_word_says_nothing_of_the_server()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(
            new InvalidOperationException("/secret/path"), new WordPart(0, ScriptedLocalizer.Word("a")));
        using var response = await gateway.AskAsync(Ask);
        var events = await AllAsync(response);

        Assert.Equal("error", events[^1].EventType);
        Assert.DoesNotContain("secret", events[^1].Data);
        Assert.Contains("\"status\":500", events[^1].Data);
    }

    [Fact]
    public async Task A_deadline_that_passes_in_the_middle_is_the_last_event()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(time);
        var gate = Channel.CreateUnbounded<AnswerPart>();
        gateway.Localizer.OnAsk = ScriptedLocalizer.Gated(gate);
        gate.Writer.TryWrite(new WordPart(0, ScriptedLocalizer.Word("one")));
        using var response = await gateway.AskAsync(Ask);
        await using var events = Events(await response.Content.ReadAsStreamAsync());
        Assert.True(await events.MoveNextAsync());

        time.Advance(TimeSpan.FromMilliseconds(Question.DefaultDeadlineMs));

        Assert.True(await events.MoveNextAsync());
        Assert.Equal("error", events.Current.EventType);
        Assert.Contains("\"status\":504", events.Current.Data);
    }

    [Fact]
    public async Task Hanging_up_between_words_cancels_the_work()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var cancelled = new TaskCompletionSource();
        gateway.Localizer.OnAsk = (_, _, token) =>
        {
            token.Register(() => cancelled.TrySetResult());
            var gate = Channel.CreateUnbounded<AnswerPart>();
            gate.Writer.TryWrite(new WordPart(0, ScriptedLocalizer.Word("one")));
            return gate.Reader.ReadAllAsync(token);
        };
        using (var connection = await gateway.ConnectAsync())
        {
            await connection.WriteAsync(Encoding.ASCII.GetBytes(
                $"POST /v1/questions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {Ask.Length}\r\n\r\n{Ask}"));
            using var reader = new StreamReader(connection);
            while (await reader.ReadLineAsync() is { } line && !line.Contains("one"))
            {
            }
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stream_is_continued_after_the_last_event()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var seen = (Tenant: "", Id: "", After: 0);
        gateway.Localizer.OnResume = (tenant, id, after, token) =>
        {
            seen = (tenant, id, after);
            return ScriptedLocalizer.Parts(Question, "a", "b", "c").Skip(after + 1).ToAsyncEnumerable(token);
        };
        var events = await ResumeAsync(gateway, "1");

        Assert.Equal((Tenants.Default, GatewayUnderTest.Id('e'), 1), seen);
        Assert.Equal(["2", null], events.Select(e => e.EventId));
        Assert.Equal("c", Text(events[0]));
        Assert.Equal("a b c", Text(events[1]));
    }

    [Fact]
    public async Task A_stream_is_continued_from_its_beginning_without_a_last_event()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnResume = (_, _, after, token) =>
            ScriptedLocalizer.Parts(Question, "a", "b").Skip(after + 1).ToAsyncEnumerable(token);

        Assert.Equal(["word", "word", "done"], (await ResumeAsync(gateway, null)).Select(e => e.EventType));
    }

    [Fact]
    public async Task A_question_asked_again_continues_after_the_last_event()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => ScriptedLocalizer.Parts(question, "a", "b", "c").ToAsyncEnumerable(token);
        using var response = await gateway.AskAsync(Ask, more: request => request.Headers.Add("Last-Event-ID", "0"));

        Assert.Equal(["1", "2", null], (await AllAsync(response)).Select(e => e.EventId));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    public async Task A_last_event_that_is_no_number_is_refused_by_name(string id)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.AskAsync(Ask, more: request => request.Headers.Add("Last-Event-ID", id));

        Assert.Equal(["Last-Event-ID"], (await response.ProblemAsync(HttpStatusCode.BadRequest)).Fields());
    }

    private static async Task<List<SseItem<string>>> ResumeAsync(GatewayUnderTest gateway, string? last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/questions/{GatewayUnderTest.Id('e')}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (last is not null)
        {
            request.Headers.Add("Last-Event-ID", last);
        }

        using var response = await gateway.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await AllAsync(response);
    }

    private static async Task<List<SseItem<string>>> AllAsync(HttpResponseMessage response)
    {
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            events.Add(item);
        }

        return events;
    }

    private static IAsyncEnumerator<SseItem<string>> Events(Stream stream) =>
        SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

    private static string? Text(SseItem<string> item)
    {
        using var json = JsonDocument.Parse(item.Data);
        return json.RootElement.GetProperty("text").GetString();
    }
}
