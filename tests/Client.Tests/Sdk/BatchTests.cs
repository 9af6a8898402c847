using System.Collections.Concurrent;
using System.Text.Json;
using Loupe.Client.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Sdk;

public sealed class BatchTests
{
    private static Question Ask(int i) => new("id", Text: $"question {i}", Key: $"k{i}");

    private static async IAsyncEnumerable<Question> Questions(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await Task.Yield();
            yield return Ask(i);
        }
    }

    private static async Task<List<Question>> ReadAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body);
        var text = await body.ReadToEndAsync();
        return [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize(line, LoupeJson.Default.Question)!),
        ];
    }

    private static async Task SayAsync(HttpContext context, int line, Question question)
    {
        var answer = JsonSerializer.Serialize(Replies.Answer($"answer to {question.Text}"), LoupeJson.Default.Answer);
        await context.Response.WriteAsync($$"""{"key":"{{question.Key}}","line":{{line}},{{answer[1..]}}""" + "\n");
        await context.Response.Body.FlushAsync();
    }

    private static async Task RefuseAsync(HttpContext context, int line, Question question, ProblemKind kind) =>
        await context.Response.WriteAsync($$"""{"key":"{{question.Key}}","line":{{line}},"problem":{{Replies.Problem(kind)}}}""" + "\n");

    private static async Task<List<BatchAnswer>> RunAsync(LoupeClient client, IAsyncEnumerable<Question> questions)
    {
        List<BatchAnswer> answers = [];
        await foreach (var answer in client.BatchAsync(questions))
        {
            answers.Add(answer);
        }

        return answers;
    }

    private static void AssertEach(int count, List<BatchAnswer> answers) => Assert.Equal(
        Enumerable.Range(1, count).Select(i => (i, $"k{i}", $"answer to question {i}")),
        answers.OrderBy(answer => answer.Line).Select(answer => (answer.Line, answer.Key!, answer.Answer!.Text)));

    [Fact]
    public async Task Every_question_gets_its_own_answer_in_whatever_order()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            var lines = await ReadAsync(context);
            foreach (var (i, question) in lines.Index().Reverse())
            {
                await SayAsync(context, i + 1, question);
            }
        });
        using var client = server.Client();
        AssertEach(200, await RunAsync(client, Questions(200)));
        Assert.All(
            server.Seen,
            seen => Assert.Equal(("/v1/questions/batch", "application/x-ndjson"), (seen.Path, seen.Headers.ContentType.ToString())));
    }

    [Fact]
    public async Task A_broken_connection_is_made_again_for_what_is_not_answered()
    {
        ConcurrentQueue<string> asked = [];
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            var lines = await ReadAsync(context);
            asked.Enqueue(string.Join(' ', lines.Select(question => question.Key)));
            if (before == 0)
            {
                context.WillBreak();
            }

            foreach (var (i, question) in lines.Index())
            {
                if (before == 0 && i == 1)
                {
                    continue;
                }

                if (before == 0 && i == 3)
                {
                    return;
                }

                await SayAsync(context, i + 1, question);
            }
        });
        using var client = server.Client();
        AssertEach(4, await RunAsync(client, new[] { 1, 2, 3, 4 }.Select(Ask).ToAsyncEnumerable()));
        Assert.Equal(["k1 k2 k3 k4", "k2 k4"], asked);
    }

    [Fact]
    public async Task A_bad_line_spoils_no_other_and_one_refused_for_now_is_asked_again()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            foreach (var (i, question) in (await ReadAsync(context)).Index())
            {
                await (question.Key switch
                {
                    "k1" => RefuseAsync(context, i + 1, question, ProblemKind.Invalid),
                    "k2" when before == 0 => RefuseAsync(context, i + 1, question, ProblemKind.Overloaded),
                    _ => SayAsync(context, i + 1, question),
                });
            }
        });
        using var client = server.Client();
        var answers = await RunAsync(client, new[] { 1, 2, 3 }.Select(Ask).ToAsyncEnumerable());
        var byLine = answers.ToDictionary(answer => answer.Line);
        Assert.Equal(("k1", ProblemKind.Invalid), (byLine[1].Key, byLine[1].Problem!.Kind));
        Assert.Null(byLine[1].Answer);
        Assert.Equal("answer to question 2", byLine[2].Answer!.Text);
        Assert.Equal("answer to question 3", byLine[3].Answer!.Text);
        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public async Task A_line_that_is_refused_to_the_last_has_the_problem_and_ends_no_batch()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            foreach (var (i, question) in (await ReadAsync(context)).Index())
            {
                await (
                    question.Key == "k2"
                        ? RefuseAsync(context, i + 1, question, ProblemKind.Overloaded)
                        : SayAsync(context, i + 1, question));
            }
        });
        using var client = server.Client();
        var answers = await RunAsync(client, new[] { 1, 2, 3 }.Select(Ask).ToAsyncEnumerable());
        Assert.Equal([1, 2, 3], answers.Select(answer => answer.Line).Order());
        Assert.Equal(
            ("k2", ProblemKind.Overloaded),
            answers.Where(answer => answer.Problem is not null).Select(answer => (answer.Key!, answer.Problem!.Kind)).Single());
    }

    [Fact]
    public async Task A_source_that_waits_for_answers_gets_them()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            foreach (var (i, question) in (await ReadAsync(context)).Index())
            {
                await SayAsync(context, i + 1, question);
            }
        });
        using var client = server.Client();
        using var answered = new SemaphoreSlim(1);

        async IAsyncEnumerable<Question> OneByOne()
        {
            for (var i = 1; i <= 5; i++)
            {
                await answered.WaitAsync();
                yield return Ask(i);
            }
        }

        List<int> lines = [];
        await foreach (var answer in client.BatchAsync(OneByOne()))
        {
            lines.Add(answer.Line);
            answered.Release();
        }

        Assert.Equal([1, 2, 3, 4, 5], lines);
    }

    [Fact]
    public async Task A_caller_that_takes_no_answers_is_asked_for_no_questions()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            foreach (var (i, question) in (await ReadAsync(context)).Index())
            {
                await SayAsync(context, i + 1, question);
            }
        });
        using var client = server.Client();
        var drawn = 0;

        async IAsyncEnumerable<Question> Endless()
        {
            while (true)
            {
                await Task.Yield();
                yield return Ask(Interlocked.Increment(ref drawn));
            }
        }

        await using var answers = client.BatchAsync(Endless()).GetAsyncEnumerator();
        for (var taken = 0; taken < 1000; taken++)
        {
            Assert.True(await answers.MoveNextAsync());
            Assert.InRange(drawn, 0, taken + 1 + 256);
        }
    }

    // More than the buffers between client and server hold, in both directions.
    [Fact]
    public async Task A_server_that_reads_no_faster_than_its_answers_are_read_does_not_lock_up()
    {
        var padding = new string('x', 16_000);
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            using var lines = new StreamReader(context.Request.Body);
            for (var number = 1; await lines.ReadLineAsync() is { } line; number++)
            {
                await SayAsync(context, number, JsonSerializer.Deserialize(line, LoupeJson.Default.Question)! with { Text = padding });
            }
        });
        using var client = server.Client();
        using var stuck = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var question = Ask(1) with { Text = new string('y', 4000) };
        List<int> answered = [];
        await foreach (var answer in client.BatchAsync(Enumerable.Repeat(question, 2000).ToAsyncEnumerable(), stuck.Token))
        {
            answered.Add(answer.Line);
        }

        Assert.Equal(Enumerable.Range(1, 2000), answered.Order());
    }

    [Fact]
    public async Task A_batch_refused_as_a_whole_fails_with_the_refusal()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.RefuseAsync(ProblemKind.Unauthorized));
        using var client = server.Client();
        var failure = await Assert.ThrowsAsync<LoupeException>(() => RunAsync(client, Questions(100)));
        Assert.Equal(ProblemKind.Unauthorized, failure.Problem.Kind);
    }

    [Fact]
    public async Task What_goes_wrong_in_the_source_is_the_callers_to_hear()
    {
        static async IAsyncEnumerable<Question> Broken()
        {
            await Task.Yield();
            yield return Ask(1);
            throw new InvalidDataException("line 2");
        }

        await using var server = await ScriptedServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = server.Client();
        Assert.Equal("line 2", (await Assert.ThrowsAsync<InvalidDataException>(() => RunAsync(client, Broken()))).Message);
    }

    [Fact]
    public async Task No_questions_are_no_requests()
    {
        await using var server = await ScriptedServer.StartAsync((_, _) => Task.CompletedTask);
        using var client = server.Client();
        Assert.Empty(await RunAsync(client, Questions(0)));
        Assert.Empty(server.Seen);
    }
}
