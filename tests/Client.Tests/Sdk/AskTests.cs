using System.Collections.Concurrent;
using Loupe.Client.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Sdk;

public sealed class AskTests
{
    private static readonly Question Question = new("id", Text: "what is [0]?", Regions: [Region.OfPoint(3, 4)]);

    private static Task AnswerAsync(HttpContext context) => context.ReplyAsync(Replies.Answer(), LoupeJson.Default.Answer);

    [Fact]
    public async Task A_question_is_sent_whole_and_answered()
    {
        Question? asked = null;
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            asked = await context.QuestionAsync();
            await AnswerAsync(context);
        });
        using var client = server.Client();

        var answer = await client.AskAsync(Question with { Stream = true });

        Assert.Equal("a dog", answer.Text);
        Assert.Equal(["a", "dog"], answer.Words.Select(word => word.Text));
        Assert.Equal(new Point(3, 4), Assert.Single(Assert.Single(asked!.Regions).Points!));
        Assert.False(asked.Stream);
        Assert.Equal(("id", Question.Text, Question.DeadlineMs), (asked.Image!.Id, asked.Text, asked.DeadlineMs));
    }

    [Theory]
    [InlineData(ProblemKind.Overloaded)]
    [InlineData(ProblemKind.Unavailable)]
    [InlineData((ProblemKind)502)]
    public async Task What_may_succeed_later_is_asked_again(ProblemKind kind)
    {
        await using var server = await ScriptedServer.StartAsync((context, before) =>
            before < 2 ? context.RefuseAsync(kind, retryAfter: "0") : AnswerAsync(context));
        using var client = server.Client();
        Assert.Equal("a dog", (await client.AskAsync(Question)).Text);
        Assert.Equal(3, server.Seen.Count);
    }

    [Theory]
    [InlineData(ProblemKind.Invalid)]
    [InlineData(ProblemKind.Unauthorized)]
    [InlineData(ProblemKind.NotFound)]
    [InlineData(ProblemKind.Unprocessable)]
    [InlineData(ProblemKind.Internal)]
    [InlineData(ProblemKind.DeadlinePassed)]
    public async Task What_will_not_is_told_at_once(ProblemKind kind)
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.RefuseAsync(kind));
        using var client = server.Client();
        var failure = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question));
        Assert.Equal(kind, failure.Problem.Kind);
        Assert.False(failure.IsTransient);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task Every_retry_tells_the_server_no_more_time_than_is_left()
    {
        ConcurrentQueue<int> deadlines = [];
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            deadlines.Enqueue((await context.QuestionAsync()).DeadlineMs);
            await (before < 2 ? context.RefuseAsync(ProblemKind.Unavailable) : AnswerAsync(context));
        });
        using var client = server.Client();
        await client.AskAsync(Question with { DeadlineMs = 20_000 });
        Assert.Equal(20_000, deadlines.First());
        Assert.Equal(deadlines.OrderDescending(), deadlines);
    }

    [Fact]
    public async Task A_server_that_keeps_refusing_is_left_in_peace()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.RefuseAsync(ProblemKind.Overloaded));
        using var client = server.Client();
        var failure = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question));
        Assert.Equal(ProblemKind.Overloaded, failure.Problem.Kind);
        Assert.Equal(1 + ScriptedServer.Quick.MaxRetries, server.Seen.Count);
    }

    [Theory]
    [InlineData("60")]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task A_server_that_asks_for_a_longer_wait_than_there_is_time_for_is_not_asked_again(string retryAfter)
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.RefuseAsync(ProblemKind.Overloaded, retryAfter));
        using var client = server.Client();
        var failure = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question));
        Assert.True(failure.Problem.RetryAfter >= TimeSpan.FromSeconds(60));
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_date_gone_by_is_no_wait()
    {
        await using var server = await ScriptedServer.StartAsync((context, before) =>
            before == 0 ? context.RefuseAsync(ProblemKind.Overloaded, "Thu, 01 Jan 1970 00:00:00 GMT") : AnswerAsync(context));
        using var client = server.Client();
        Assert.Equal("a dog", (await client.AskAsync(Question)).Text);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_answer_is_made_again()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            if (before == 0)
            {
                context.Response.ContentType = "application/json";
                context.WillBreak();
                await context.Response.WriteAsync("""{"id": """);
                return;
            }

            await AnswerAsync(context);
        });
        using var client = server.Client();
        Assert.Equal("a dog", (await client.AskAsync(Question)).Text);
        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_not_waited_for_beyond_deadline_and_grace()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        using var client = server.Client(ScriptedServer.Quick with { Grace = TimeSpan.FromMilliseconds(20) });
        var failure = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question with { DeadlineMs = 20 }));
        Assert.Equal(ProblemKind.DeadlinePassed, failure.Problem.Kind);
    }

    [Fact]
    public async Task A_caller_that_cancels_hears_that_it_was_cancelled_and_so_does_the_server()
    {
        var arrived = new TaskCompletionSource();
        var gone = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult());
            arrived.SetResult();
            await gone.Task;
        });
        using var client = server.Client();
        using var stop = new CancellationTokenSource();
        var asking = client.AskAsync(Question, stop.Token);
        await arrived.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Nobody_at_the_address_is_told_with_the_address()
    {
        Uri url;
        await using (var server = await ScriptedServer.StartAsync((_, _) => Task.CompletedTask))
        {
            url = server.Url;
        }

        using var client = new LoupeClient(ScriptedServer.Quick with { Server = url });
        var failure = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question));
        Assert.True(failure.IsUnreachable);
        Assert.Contains(url.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("./loupe up", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_kind_of_server_is_told_from_a_loupe_server()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.Response.WriteAsJsonAsync("welcome"));
        using var client = server.Client();
        var failure = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question));
        Assert.Equal(ProblemKind.Internal, failure.Problem.Kind);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task The_key_goes_with_every_request_and_a_path_of_the_servers_own_is_kept()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => AnswerAsync(context));
        using var client = new LoupeClient(new() { Server = new Uri(server.Url, "/behind/proxy"), Key = "secret" });
        await client.AskAsync(Question);
        var seen = Assert.Single(server.Seen);
        Assert.Equal("/behind/proxy/v1/questions", seen.Path);
        Assert.Equal("Bearer secret", seen.Headers.Authorization);
    }

    [Fact]
    public async Task An_http_client_of_another_is_used_and_not_disposed()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => AnswerAsync(context));
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-mine", "yes");
        using (var client = new LoupeClient(new() { Server = server.Url }, http))
        {
            await client.AskAsync(Question);
        }

        Assert.Equal("yes", server.Seen.Single().Headers["x-mine"]);
        using var response = await http.GetAsync(server.Url);
        Assert.True(response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task An_answer_is_recalled_by_its_id_or_null()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) =>
            context.Request.Path == $"/v1/questions/{Replies.Digest}" ? AnswerAsync(context) : context.RefuseAsync(ProblemKind.NotFound));
        using var client = server.Client();
        Assert.Equal("a dog", (await client.RecallAsync(Replies.Digest))!.Text);
        Assert.Null(await client.RecallAsync("gone"));
    }

    [Fact]
    public async Task Waiting_for_a_server_ends_when_it_is_ready()
    {
        await using var server = await ScriptedServer.StartAsync((context, before) =>
            before < 9 ? context.RefuseAsync(ProblemKind.Unavailable) : Task.CompletedTask);
        using var client = server.Client();
        await client.WaitUntilReadyAsync();
        Assert.Equal(10, server.Seen.Count);
        Assert.All(server.Seen, seen => Assert.Equal("/health/ready", seen.Path));
    }
}
