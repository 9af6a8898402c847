namespace Loupe.Client.Tests.Sdk;

public sealed class StreamTests
{
    private static readonly Question Question = new(Scripts.Image, Text: "what is it?");

    [Fact]
    public async Task ABrokenStreamLosesAndDoublesNoWord()
    {
        var answer = Scripts.Answer("a red car", Scripts.Region("car"), Scripts.Region("wheel"));
        await using var server = await ScriptedServer.StartAsync(async (context, n) =>
        {
            await Scripts.WordAsync(context, "a", 0);
            await Scripts.WordAsync(context, "red", 1);
            if (n == 0)
            {
                context.Abort();
                return;
            }

            await Scripts.WordAsync(context, "car", 2);
            await Scripts.RegionAsync(context, "car", 0);
            if (n == 1)
            {
                // Ends in good order, but without its last part.
                return;
            }

            await Scripts.RegionAsync(context, "wheel", 1);
            await Scripts.DoneAsync(context, answer);
        });
        using var client = server.Client();

        var parts = await client.StreamAsync(Question).ToListAsync();

        Assert.Equal(["a", "red", "car"], parts.OfType<WordPart>().Select(part => part.Word.Text));
        Assert.Equal(["car", "wheel"], parts.OfType<RegionPart>().Select(part => part.Region.Text));
        Assert.Equal(answer.Id, Assert.IsType<DonePart>(parts[^1]).Answer.Id);
        Assert.Equal(3, server.Requests);
    }

    [Fact]
    public async Task AFailureInsideTheStreamIsThrown()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            await Scripts.WordAsync(context, "a", 0);
            await Scripts.EventAsync(context, "error", null, """{"status":504,"detail":"too late"}""");
        });
        using var client = server.Client();

        var error = await Assert.ThrowsAsync<LoupeException>(async () => await client.StreamAsync(Question).ToListAsync());

        Assert.Equal(ProblemKind.DeadlinePassed, error.Problem.Kind);
        Assert.Equal("too late", error.Problem.Detail);
    }

    [Fact]
    public async Task AStreamThatBreaksEveryTimeIsGivenUp()
    {
        await using var server = await ScriptedServer.StartAsync(async (context, _) =>
        {
            await Scripts.WordAsync(context, "a", 0);
            context.Abort();
        });
        using var client = server.Client(maxRetries: 2);

        await Assert.ThrowsAsync<LoupeException>(async () => await client.StreamAsync(Question).ToListAsync());

        Assert.Equal(3, server.Requests);
    }
}
