using Loupe.Client.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Sdk;

public sealed class StreamTests
{
    private static readonly Question Question = new("id", VisionTask.Narrate);
    private static readonly string[] Said = ["a", "dog", "on", "a", "beach"];

    private static Answer Whole => Replies.Answer(string.Join(' ', Said), VisionTask.Narrate);

    /// <summary>Sends what a Loupe server sends after an event: the rest, or as many words as a broken connection carries.</summary>
    private static async Task SayAsync(HttpContext context, int words = int.MaxValue)
    {
        var after = int.TryParse(context.Request.Headers["Last-Event-ID"], out var last) ? last : -1;
        context.BeginEvents();
        if (words < Said.Length)
        {
            context.WillBreak();
        }

        for (var i = after + 1; i < Said.Length; i++)
        {
            if (words-- == 0)
            {
                return;
            }

            await context.WordAsync(i, Said[i]);
        }

        await context.DoneAsync(Whole);
    }

    private static async Task<List<AnswerPart>> ReadAsync(LoupeClient client, Question? question = null)
    {
        List<AnswerPart> parts = [];
        await foreach (var part in client.StreamAsync(question ?? Question))
        {
            parts.Add(part);
        }

        return parts;
    }

    private static void AssertWhole(List<AnswerPart> parts)
    {
        Assert.Equal(
            Said.Index().Select(word => (word.Index, word.Item)),
            parts[..^1].Cast<WordPart>().Select(part => (part.Index, part.Word.Text)));
        Assert.Equal("a dog on a beach", Assert.IsType<DonePart>(parts[^1]).Answer.Text);
    }

    [Fact]
    public async Task Words_come_with_their_places_and_the_answer_comes_last()
    {
        Question? asked = null;
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            asked = await context.QuestionAsync();
            await SayAsync(context);
        });
        using var client = server.Client();
        var parts = await ReadAsync(client);
        AssertWhole(parts);
        Assert.Equal(new Box(1, 2, 3, 4), ((WordPart)parts[0]).Word.Box);
        Assert.True(asked!.Stream);
        Assert.Equal("text/event-stream", server.Seen.Single().Headers.Accept);
        Assert.False(server.Seen.Single().Headers.ContainsKey("Last-Event-ID"));
    }

    [Fact]
    public async Task A_broken_stream_goes_on_after_the_last_word()
    {
        await using var server = await ScriptedServer.StartAsync((context, before) => SayAsync(context, before < 2 ? 2 : int.MaxValue));
        using var client = server.Client();
        AssertWhole(await ReadAsync(client));
        Assert.Equal(["", "1", "3"], server.Seen.Select(seen => seen.Headers["Last-Event-ID"].ToString()));
    }

    [Fact]
    public async Task A_server_that_begins_anew_repeats_nothing_to_the_caller()
    {
        await using var server = await ScriptedServer.StartAsync((context, before) =>
        {
            context.Request.Headers.Remove("Last-Event-ID");
            return SayAsync(context, before == 0 ? 3 : int.MaxValue);
        });
        using var client = server.Client();
        AssertWhole(await ReadAsync(client));
    }

    [Fact]
    public async Task Words_and_regions_of_a_broken_stream_are_neither_lost_nor_doubled()
    {
        var answer = Replies.Answer("a red car") with { Regions = [Replies.Region("car"), Replies.Region("wheel")] };
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            context.BeginEvents();
            await context.WordAsync(0, "a");
            await context.WordAsync(1, "red");
            if (before == 0)
            {
                return;
            }

            await context.WordAsync(2, "car");
            await context.RegionAsync(0, "car");
            if (before == 1)
            {
                return;
            }

            await context.RegionAsync(1, "wheel");
            await context.DoneAsync(answer);
        });
        using var client = server.Client();
        var parts = await ReadAsync(client);
        Assert.Equal(["a", "red", "car"], parts.OfType<WordPart>().Select(part => part.Word.Text));
        Assert.Equal(["car", "wheel"], parts.OfType<RegionPart>().Select(part => part.Region.Text));
        Assert.IsType<DonePart>(parts[^1]);
        Assert.Equal(3, server.Seen.Count);
    }

    [Fact]
    public async Task A_stream_that_ends_before_its_answer_is_a_broken_one()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            if (before == 0)
            {
                context.BeginEvents();
                await context.WordAsync(0, Said[0]);
                return;
            }

            await SayAsync(context);
        });
        using var client = server.Client();
        AssertWhole(await ReadAsync(client));
        Assert.Equal("0", server.Seen.Last().Headers["Last-Event-ID"]);
    }

    [Fact]
    public async Task A_stream_that_keeps_breaking_fails_with_what_came_given()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => SayAsync(context, 1));
        using var client = server.Client(ScriptedServer.Quick with { MaxRetries = 1 });
        List<AnswerPart> parts = [];
        var failure = await Assert.ThrowsAsync<LoupeException>(async () =>
        {
            await foreach (var part in client.StreamAsync(Question))
            {
                parts.Add(part);
            }
        });
        Assert.True(failure.IsUnreachable);
        Assert.Equal(["a", "dog"], parts.Cast<WordPart>().Select(part => part.Word.Text));
    }

    [Theory]
    [InlineData(ProblemKind.DeadlinePassed, 1)]
    [InlineData(ProblemKind.Unavailable, 2)]
    public async Task A_failure_midway_is_a_problem_and_asked_again_where_that_helps(ProblemKind kind, int requests)
    {
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            if (before == 0)
            {
                context.BeginEvents();
                await context.WordAsync(0, Said[0]);
                await context.EventAsync("error", null, Replies.Problem(kind));
                return;
            }

            await SayAsync(context);
        });
        using var client = server.Client();
        if (requests > 1)
        {
            AssertWhole(await ReadAsync(client));
        }
        else
        {
            var failure = await Assert.ThrowsAsync<LoupeException>(() => ReadAsync(client));
            Assert.Equal((kind, $"refused as {kind}", "request-8"), (failure.Problem.Kind, failure.Message, failure.RequestId));
        }

        Assert.Equal(requests, server.Seen.Count);
    }

    [Fact]
    public async Task A_refusal_before_the_first_word_is_a_problem()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => context.RefuseAsync(ProblemKind.NotFound));
        using var client = server.Client();
        Assert.Equal(ProblemKind.NotFound, (await Assert.ThrowsAsync<LoupeException>(() => ReadAsync(client))).Problem.Kind);
    }

    [Fact]
    public async Task Leaving_the_stream_hangs_up()
    {
        var gone = new TaskCompletionSource();
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            context.RequestAborted.Register(() => gone.TrySetResult());
            context.BeginEvents();
            await context.WordAsync(0, Said[0]);
            await gone.Task;
        });
        using var client = server.Client();
        await foreach (var part in client.StreamAsync(Question))
        {
            Assert.Equal(0, Assert.IsType<WordPart>(part).Index);
            break;
        }

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_caller_slower_than_the_deadline_still_gets_the_answer_that_came_in_time()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => SayAsync(context));
        using var client = server.Client(ScriptedServer.Quick with { Grace = TimeSpan.FromSeconds(1) });
        List<AnswerPart> parts = [];
        await foreach (var part in client.StreamAsync(Question with { DeadlineMs = 1000 }))
        {
            if (parts.Count == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(2500));
            }

            parts.Add(part);
        }

        AssertWhole(parts);
    }

    [Fact]
    public async Task Regions_come_one_by_one()
    {
        var region = Replies.Region("a dog");
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            context.BeginEvents();
            await context.RegionAsync(0, "a dog");
            await context.DoneAsync(Replies.Answer("", VisionTask.Detect) with { Regions = [region] });
        });
        using var client = server.Client();
        var parts = await ReadAsync(client);
        Assert.Equal(new RegionPart(0, region), parts[0]);
        Assert.IsType<DonePart>(parts[1]);
        Assert.Equal(2, parts.Count);
    }
}
