using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Sdk;

public sealed class BatchTests
{
    [Fact]
    public async Task AnswersAndProblemsComeBackToTheirLines()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => AnswerLinesAsync(context, line => line == 2));
        using var client = server.Client();

        var answers = await client.BatchAsync(Questions(3)).ToListAsync();

        Assert.Equal([1, 2, 3], answers.Select(answer => answer.Line!.Value));
        Assert.Equal(["k0", "k1", "k2"], answers.Select(answer => answer.Key));
        Assert.Equal("bad line", answers[1].Problem!.Detail);
        Assert.Null(answers[1].Answer);
        Assert.Equal("k2", answers[2].Answer!.Text);
    }

    [Fact]
    public async Task ABatchThatBreaksOffIsAskedForTheRest()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, n) =>
        {
            if (n > 0)
            {
                await AnswerLinesAsync(context);
                return;
            }

            using var lines = new StreamReader(context.Request.Body);
            await lines.ReadToEndAsync();
            await context.Response.WriteAsync(Line("k1", 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var client = server.Client();

        var answers = await client.BatchAsync(Questions(3)).ToListAsync();

        Assert.Equal(["k0", "k1", "k2"], answers.Select(answer => answer.Answer!.Text).Order());
        Assert.All(answers, answer => Assert.Equal($"k{answer.Line - 1}", answer.Key));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task AServerThatReadsNoFasterThanItsAnswersAreReadDoesNotLockUp()
    {
        // More than the buffers between client and server hold, in both directions.
        const int Count = 2000;
        await using var server = await ScriptedServer.StartAsync((context, _) => AnswerLinesAsync(context, padding: new string('x', 16_000)));
        using var client = server.Client();
        using var stuck = new CancellationTokenSource(TimeSpan.FromMinutes(2));

        var lines = new HashSet<int>();
        await foreach (var answer in client.BatchAsync(Questions(Count, new string('y', 4000)), stuck.Token))
        {
            lines.Add(answer.Line!.Value);
        }

        Assert.Equal(Enumerable.Range(1, Count), lines.Order());
    }

    private static async Task AnswerLinesAsync(HttpContext context, Func<int, bool>? bad = null, string? padding = null)
    {
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        using var lines = new StreamReader(context.Request.Body);
        for (var number = 1; await lines.ReadLineAsync() is { } line; number++)
        {
            var key = JsonNode.Parse(line)!["key"]!.GetValue<string>();
            await context.Response.WriteAsync(bad?.Invoke(number) == true
                ? $$$"""{"key":"{{{key}}}","line":{{{number}}},"problem":{"status":400,"detail":"bad line"}}""" + "\n"
                : Line(key, number, padding));
            await context.Response.Body.FlushAsync();
        }
    }

    private static string Line(string key, int number, string? padding = null)
    {
        var answer = JsonSerializer.SerializeToNode(Scripts.Answer(key), LoupeJson.Default.Answer)!.AsObject();
        (answer["key"], answer["line"], answer["rationale"]) = (key, number, padding);
        return answer.ToJsonString() + "\n";
    }

    private static async IAsyncEnumerable<Question> Questions(int count, string text = "what?")
    {
        for (var i = 0; i < count; i++)
        {
            yield return new Question(Scripts.Image, Text: text, Key: $"k{i}");
        }

        await Task.CompletedTask;
    }
}
