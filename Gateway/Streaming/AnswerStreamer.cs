using Loupe.Gateway.Hosting;
using Loupe.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Streaming;

/// <summary>
/// Sends an answer part by part. Until the first part there is no response, so that a refusal is a plain HTTP problem;
/// after it a failure is the last event.
/// </summary>
internal sealed partial class AnswerStreamer(ILogger<AnswerStreamer> logger)
{
    /// <summary>Sends the parts after the one of an index.</summary>
    public async Task WriteAsync(HttpContext context, IAsyncEnumerable<AnswerPart> answer, int after)
    {
        var hangUp = context.RequestAborted;
        await using var parts = answer.GetAsyncEnumerator(hangUp);
        if (!await parts.MoveNextAsync())
        {
            throw new InvalidOperationException("The answer has no parts.");
        }

        using var events = EventStream.Begin(context.Response);
        try
        {
            do
            {
                await SendAsync(events, parts.Current, after, hangUp);
            }
            while (await parts.MoveNextAsync());
        }
        catch (Exception exception) when (!hangUp.IsCancellationRequested)
        {
            await events.SendAsync("error", null, Describe(context, exception), GatewayJson.Default.ProblemDocument, hangUp);
        }
    }

    private static ValueTask SendAsync(EventStream events, AnswerPart part, int after, CancellationToken hangUp) => part switch
    {
        WordPart word when word.Index > after => events.SendAsync("word", word.Index, word.Word, LoupeJson.Default.Word, hangUp),
        RegionPart region when region.Index > after =>
            events.SendAsync("region", region.Index, region.Region, LoupeJson.Default.FoundRegion, hangUp),
        DonePart done => events.SendAsync("done", null, done.Answer, LoupeJson.Default.Answer, hangUp),
        _ => ValueTask.CompletedTask,
    };

    private ProblemDocument Describe(HttpContext context, Exception exception)
    {
        if (exception is LocalizerException { Problem: { Kind: not ProblemKind.Internal } problem })
        {
            return ProblemDocument.Of(problem, context.TraceIdentifier);
        }

        Failed(logger, exception, context.TraceIdentifier);
        return ProblemDocument.Of(StatusCodes.Status500InternalServerError, requestId: context.TraceIdentifier);
    }

    [LoggerMessage(1, LogLevel.Error, "Request {RequestId}: a streamed answer failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);
}
