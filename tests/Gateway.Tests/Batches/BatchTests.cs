using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Loupe.Gateway.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Loupe.Gateway.Tests.Batches;

public sealed class BatchTests
{
    private static readonly string Image = GatewayUnderTest.Id('a');

    [Fact]
    public async Task Every_line_is_answered_by_key_and_a_bad_one_spoils_no_other()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => question.Text == "fail"
            ? ScriptedLocalizer.Fails(LocalizerException.Of(ProblemKind.NotFound, "no image"))
            : ScriptedLocalizer.Parts(question, question.Text!).ToAsyncEnumerable(token);
        var answers = await RunAsync(
            gateway,
            Line("a", "one"),
            "{ this is no JSON",
            "",
            """{"key": "bad", "image": "x"}""",
            Line("missing", "fail"),
            """{"key": "cut", "image": """,
            Line(null, "last"));

        Assert.Equal(6, answers.Count);
        var byLine = answers.ToDictionary(answer => answer.GetProperty("line").GetInt32());
        Assert.Equal([1, 2, 4, 5, 6, 7], byLine.Keys.Order());
        Assert.Equal(("a", "one"), (Text(byLine[1], "key"), Text(byLine[1], "text")));
        Assert.Equal(400, Status(byLine[2]));
        Assert.False(byLine[2].TryGetProperty("key", out _));
        Assert.Equal(("bad", 400), (Text(byLine[4], "key"), Status(byLine[4])));
        Assert.Equal("image", byLine[4].GetProperty("problem").GetProperty("errors").EnumerateObject().Single().Name);
        Assert.Equal(("missing", 404), (Text(byLine[5], "key"), Status(byLine[5])));
        Assert.Equal(("cut", 400), (Text(byLine[6], "key"), Status(byLine[6])));
        Assert.Equal("last", Text(byLine[7], "text"));
        Assert.False(byLine[7].TryGetProperty("key", out _));
    }

    [Fact]
    public async Task An_answer_is_sent_while_questions_still_come()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var connection = await gateway.ConnectAsync();
        using var reader = new StreamReader(connection);
        await SendAsync(
            connection,
            "POST /v1/questions/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");

        for (var i = 0; i < 3; i++)
        {
            // The next question is not sent until the answer before was received.
            var line = Line($"k{i}", "word") + "\n";
            await SendAsync(connection, $"{line.Length:x}\r\n{line}\r\n");
            Assert.Equal($"k{i}", Text(await NextAsync(reader), "key"));
        }

        await SendAsync(connection, "0\r\n\r\n");
    }

    [Fact]
    public async Task Answers_come_as_they_finish_and_no_more_run_than_are_allowed()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Batch:Concurrency", "2"));
        var gates = Enumerable.Range(0, 4).Select(_ => Channel.CreateUnbounded<AnswerPart>()).ToArray();
        var asked = Channel.CreateUnbounded<int>();
        gateway.Localizer.OnAsk = (_, question, token) =>
        {
            var index = int.Parse(question.Text!);
            asked.Writer.TryWrite(index);
            return gates[index].Reader.ReadAllAsync(token);
        };
        var running = RunAsync(gateway, [.. gates.Select((_, i) => Line($"k{i}", i.ToString()))]);
        var first = new[] { await asked.Reader.ReadAsync(), await asked.Reader.ReadAsync() };

        Assert.Equal([0, 1], first.Order());
        Assert.Equal(2, gateway.Localizer.Asked.Count);
        Finish(1);
        Assert.Equal(2, await asked.Reader.ReadAsync());
        Assert.Equal(3, gateway.Localizer.Asked.Count);
        Finish(2);
        Assert.Equal(3, await asked.Reader.ReadAsync());
        Finish(3);
        Finish(0);

        var keys = (await running).Select(answer => Text(answer, "key")!).ToArray();
        Assert.Equal(["k1", "k2"], keys[..2]);
        Assert.Equal(["k0", "k3"], keys[2..].Order());

        void Finish(int index)
        {
            gates[index].Writer.TryWrite(new DonePart(ScriptedLocalizer.Answer(new Question(Image: Image), "x")));
            gates[index].Writer.Complete();
        }
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_skipped()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Batch:MaxLineBytes", "1024"));
        var answers = await RunAsync(
            gateway, Line("long", new string('x', 200_000)), Line("a", "one"), Line("last", new string('y', 2_000)));

        var byLine = answers.ToDictionary(answer => answer.GetProperty("line").GetInt32());
        Assert.Equal(413, Status(byLine[1]));
        Assert.Equal("one", Text(byLine[2], "key") == "a" ? "one" : null);
        Assert.Equal(413, Status(byLine[3]));
    }

    [Fact]
    public async Task A_full_queue_is_asked_again_when_it_said()
    {
        var time = new WatchedTime();
        await using var gateway = await GatewayUnderTest.StartAsync(time);
        var refused = new SemaphoreSlim(0);
        var tries = 0;
        gateway.Localizer.OnAsk = (_, question, token) => ++tries < 3
            ? Refusing(refused)
            : ScriptedLocalizer.Parts(question, "at last").ToAsyncEnumerable(token);
        var running = RunAsync(gateway, Line("a", "what?"));
        for (var i = 0; i < 2; i++)
        {
            await refused.WaitAsync();
            await UntilAsync(() => time.Timers == 2 + i);
            time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal("at last", Text(Assert.Single(await running), "text"));
        Assert.Equal([10_000, 8_000, 6_000], gateway.Localizer.Asked.Select(asked => asked.Question.DeadlineMs));
    }

    [Fact]
    public async Task A_full_queue_that_outlasts_the_deadline_is_told()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) =>
            ScriptedLocalizer.Fails(LocalizerException.Of(ProblemKind.Overloaded, "full", TimeSpan.FromSeconds(20)));
        var answer = Assert.Single(await RunAsync(gateway, Line("a", "what?")));

        Assert.Equal(429, Status(answer));
        Assert.Equal(20, answer.GetProperty("problem").GetProperty("retryAfter").GetInt32());
    }

    [Fact]
    public async Task A_defect_in_one_line_says_nothing_of_the_server_and_spoils_no_other()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => question.Text == "fail"
            ? ScriptedLocalizer.Fails(new InvalidOperationException("/secret/path"))
            : ScriptedLocalizer.Parts(question, "fine").ToAsyncEnumerable(token);
        var answers = await RunAsync(gateway, Line("a", "fail"), Line("b", "x"));

        var byKey = answers.ToDictionary(answer => Text(answer, "key")!);
        Assert.Equal(500, Status(byKey["a"]));
        Assert.DoesNotContain("secret", byKey["a"].GetRawText());
        Assert.Equal("fine", Text(byKey["b"], "text"));
    }

    [Fact]
    public async Task Hanging_up_cancels_every_line_that_runs()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var begun = new SemaphoreSlim(0);
        var cancelled = new SemaphoreSlim(0);
        gateway.Localizer.OnAsk = (_, _, token) =>
        {
            token.Register(() => cancelled.Release());
            begun.Release();
            return Channel.CreateUnbounded<AnswerPart>().Reader.ReadAllAsync(token);
        };
        using (var connection = await gateway.ConnectAsync())
        {
            await SendAsync(
                connection,
                "POST /v1/questions/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
            var lines = Line("a", "x") + "\n" + Line("b", "x") + "\n";
            await SendAsync(connection, $"{lines.Length:x}\r\n{lines}\r\n");
            await begun.WaitAsync();
            await begun.WaitAsync();
        }

        Assert.True(await cancelled.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.True(await cancelled.WaitAsync(TimeSpan.FromSeconds(30)));
        await gateway.Services.GetRequiredService<RequestsInFlight>().WhenNoneAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_batch_that_is_no_ndjson_is_415()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.PostAsync(
            "/v1/questions/batch", new StringContent("{}", Encoding.UTF8, "application/json"));

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Every_line_counts_against_the_rate()
    {
        var time = new FakeTimeProvider();
        await using var gateway = await GatewayUnderTest.StartAsync(time, ("Limits:RequestsPerMinute", "2"));
        var answers = await RunAsync(gateway, Line("a", "x"), Line("b", "x"));

        // The batch itself was the first request, one line the second; the other would have to wait longer than its deadline.
        Assert.Single(answers, answer => answer.TryGetProperty("text", out _));
        Assert.Single(
            answers, answer => answer.TryGetProperty("problem", out var problem) && problem.GetProperty("status").GetInt32() == 429);
    }

    private static async IAsyncEnumerable<AnswerPart> Refusing(SemaphoreSlim refused)
    {
        await Task.Yield();
        refused.Release();
        throw LocalizerException.Of(ProblemKind.Overloaded, "full", TimeSpan.FromSeconds(2));
#pragma warning disable CS0162 // The compiler wants a yield to see an iterator.
        yield break;
#pragma warning restore CS0162
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1);
        }
    }

    private static string Line(string? key, string text) =>
        $$"""{{{(key is null ? "" : $"\"key\": \"{key}\", ")}}"image": "{{Image}}", "text": "{{text}}"}""";

    private static async Task<List<JsonElement>> RunAsync(GatewayUnderTest gateway, params string[] lines)
    {
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var response = await gateway.Client.PostAsync("/v1/questions/batch", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        var text = await response.Content.ReadAsStringAsync();
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static async Task<JsonElement> NextAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line.StartsWith('{'))
            {
                return Parse(line);
            }
        }

        throw new EndOfStreamException();
    }

    private static JsonElement Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }

    private static ValueTask SendAsync(Stream connection, string text) => connection.WriteAsync(Encoding.ASCII.GetBytes(text));

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    private static int Status(JsonElement answer) => answer.GetProperty("problem").GetProperty("status").GetInt32();
}
