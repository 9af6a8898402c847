namespace Loupe.Client.Tests.Sdk;

public sealed class RetryTests
{
    private static readonly Question Question = new(Scripts.Image, Text: "what is it?");

    [Theory]
    [InlineData(429, "1")]
    [InlineData(503, "Wed, 21 Oct 2015 07:28:00 GMT")]
    [InlineData(503, null)]
    public async Task WhatIsRefusedForNowIsAskedAgain(int status, string? retryAfter)
    {
        await using var server = await ScriptedServer.StartAsync((context, n) =>
            n < 2 ? Scripts.ProblemAsync(context, status, "later", retryAfter) : Scripts.AnswerAsync(context));
        using var client = server.Client();

        Assert.Equal("a red car", (await client.AskAsync(Question)).Text);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task RetriesEndAfterAsManyAsTheOptionsSay()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => Scripts.ProblemAsync(context, 429, "full", "1"));
        using var client = server.Client(maxRetries: 2);

        var error = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question));

        Assert.Equal(ProblemKind.Overloaded, error.Problem.Kind);
        Assert.Equal(TimeSpan.FromSeconds(1), error.Problem.RetryAfter);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task ARefusalForGoodIsToldOnceWithItsFieldsAndRequest()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => Scripts.ProblemAsync(context, 400, "text is required"));
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(Question));

        Assert.Equal(ProblemKind.Invalid, error.Problem.Kind);
        Assert.Equal("text is required", error.Problem.Detail);
        Assert.Equal(["text is required"], error.Problem.Errors!["text"]);
        Assert.Equal("r-1", error.RequestId);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task AnAnswerCutOffHalfwayIsAskedForAgain()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, n) =>
        {
            if (n > 0)
            {
                await Scripts.AnswerAsync(context);
                return;
            }

            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync("{\"id\":"u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        using var client = server.Client();

        Assert.Equal("a red car", (await client.AskAsync(Question)).Text);
    }

    [Fact]
    public async Task AServerUnderAPathIsReachedThere()
    {
        var path = "";
        await using var server = await ScriptedServer.StartAsync((context, _) =>
        {
            path = context.Request.Path;
            return Scripts.AnswerAsync(context);
        });
        using var client = new LoupeClient(new LoupeClientOptions { Server = new Uri(server.Url, "/loupe") });

        await client.AskAsync(Question);

        Assert.Equal("/loupe/v1/questions", path);
    }

    [Fact]
    public async Task NothingIsFoundIsNull()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) => Scripts.ProblemAsync(context, 404, "none"));
        using var client = server.Client();

        Assert.Null(await client.DescribeAsync(Scripts.Image));
        Assert.Null(await client.RecallAsync(Scripts.Image));
    }
}
