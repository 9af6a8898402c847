using Loupe.Client.Calls;
using Loupe.Client.Tests.Servers;

namespace Loupe.Client.Tests.Sdk;

public sealed class ProblemReaderTests
{
    [Fact]
    public async Task A_refusal_brings_its_kind_detail_fields_wait_and_request_id()
    {
        await using var server = await ScriptedServer.StartAsync((context, _) =>
            context.RefuseAsync(ProblemKind.Invalid, "7", """{"regions[0].box": ["is empty", "is outside"]}"""));
        using var client = server.Client();
        var failure = await Assert.ThrowsAsync<LoupeException>(() => client.AskAsync(new("id")));
        Assert.Equal((ProblemKind.Invalid, "refused as Invalid"), (failure.Problem.Kind, failure.Problem.Detail));
        Assert.Equal(failure.Problem.Detail, failure.Message);
        Assert.Equal(["is empty", "is outside"], failure.Problem.Errors!["regions[0].box"]);
        Assert.Equal(TimeSpan.FromSeconds(7), failure.Problem.RetryAfter);
        Assert.Equal("request-7", failure.RequestId);
    }

    [Fact]
    public void A_problem_inside_a_stream_tells_its_own_status_wait_and_request_id()
    {
        var failure = ProblemReader.Read("""{"status":429,"detail":"later","retryAfter":3,"requestId":"r"}""", 500);
        Assert.Equal(
            (ProblemKind.Overloaded, TimeSpan.FromSeconds(3), "r"), (failure.Problem.Kind, failure.Problem.RetryAfter, failure.RequestId));
    }

    [Theory]
    [InlineData("<html>Bad Gateway</html>")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("\"no\"")]
    [InlineData("""{"detail": 7, "errors": {"a": 1}, "status": 1.5}""")]
    public void What_is_no_problem_document_still_tells_the_status(string body)
    {
        var failure = ProblemReader.Read(body, 502);
        Assert.Equal(502, (int)failure.Problem.Kind);
        Assert.Equal("The server answered 502.", failure.Message);
        Assert.True(failure.IsTransient);
    }
}
