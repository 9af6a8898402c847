using Loupe.Gateway.Auth;
using Loupe.Gateway.Problems;
using Loupe.Gateway.Questions;
using Loupe.Gateway.Streaming;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.OpenAi;

/// <summary>Answers a chat, whole or as a stream of pieces.</summary>
internal sealed partial class ChatResponse(
    ILocalizer localizer, QuestionRunner runner, TimeProvider time, ILogger<ChatResponse> logger)
{
    private const string Done = "[DONE]";

    /// <summary>The whole answer.</summary>
    public async Task<ChatCompletion> AnswerAsync(HttpContext context, Chat chat)
    {
        var head = Head(context);
        var answer = await runner.AnswerAsync(context.Tenant(), chat.Question, null, context.RequestAborted);
        return new()
        {
            Id = head.Id,
            Created = head.Created,
            Model = head.Model,
            SystemFingerprint = head.SystemFingerprint,
            Choices = [new() { Message = new() { Content = ChatWriter.Whole(answer) }, FinishReason = answer.Finish }],
            Usage = ChatWriter.Usage(chat.Question, answer),
            Loupe = Details(chat, answer),
        };
    }

    /// <summary>
    /// The answer word by word. Until the first there is no response, so that a refusal is a plain HTTP error; after it a
    /// failure is the last event.
    /// </summary>
    public async Task StreamAsync(HttpContext context, Chat chat)
    {
        var hangUp = context.RequestAborted;
        var head = Head(context);
        await using var parts = runner.AskAsync(context.Tenant(), chat.Question, hangUp).GetAsyncEnumerator(hangUp);
        if (!await parts.MoveNextAsync())
        {
            throw new InvalidOperationException("The answer has no parts.");
        }

        using var events = EventStream.Begin(context.Response);
        try
        {
            var text = new ChatWriter();
            await SendAsync(events, head with { Choices = [new() { Delta = new() { Role = "assistant", Content = "" } }] }, hangUp);
            do
            {
                if (text.Next(parts.Current) is { Length: > 0 } piece)
                {
                    await SendAsync(events, head with { Choices = [new() { Delta = new() { Content = piece } }] }, hangUp);
                }

                if (parts.Current is DonePart { Answer: var answer })
                {
                    await EndAsync(events, head, chat, answer, hangUp);
                }
            }
            while (await parts.MoveNextAsync());
        }
        catch (Exception exception) when (!hangUp.IsCancellationRequested)
        {
            await events.SendAsync(null, null, Describe(context, exception), OpenAiJson.Default.OpenAiError, hangUp);
        }
    }

    private static async ValueTask EndAsync(EventStream events, ChatChunk head, Chat chat, Answer answer, CancellationToken hangUp)
    {
        var last = head with { Choices = [new() { Delta = new(), FinishReason = answer.Finish }], Loupe = Details(chat, answer) };
        await SendAsync(events, last, hangUp);
        if (chat.IncludeUsage)
        {
            await SendAsync(events, head with { Choices = [], Usage = ChatWriter.Usage(chat.Question, answer) }, hangUp);
        }

        await events.SendTextAsync(Done, hangUp);
    }

    private static ValueTask SendAsync(EventStream events, ChatChunk chunk, CancellationToken hangUp) =>
        events.SendAsync(null, null, chunk, OpenAiJson.Default.ChatChunk, hangUp);

    private static ChatDetails Details(Chat chat, Answer answer) => new()
    {
        Asked = new()
        {
            Task = chat.Question.Task,
            Text = chat.Question.Text,
            Regions = chat.Question.Regions,
            MessagesNotRead = chat.NotRead,
        },
        Id = answer.Id,
        Image = answer.Image,
        Rationale = answer.Rationale,
        Words = answer.Words,
        Regions = answer.Regions,
        Reuse = answer.Reuse,
        Timing = answer.Timing,
        Model = answer.Model,
        Confidence = answer.Confidence,
    };

    private ChatChunk Head(HttpContext context) => new()
    {
        Id = $"chatcmpl-{context.TraceIdentifier}",
        Created = time.GetUtcNow().ToUnixTimeSeconds(),
        Model = localizer.Bundle.Name,
        SystemFingerprint = $"fp_{localizer.Bundle.Digest[..Math.Min(10, localizer.Bundle.Digest.Length)]}",
        Choices = [],
    };

    private OpenAiError Describe(HttpContext context, Exception exception)
    {
        if (exception is LocalizerException { Problem: { Kind: not ProblemKind.Internal } problem })
        {
            return OpenAiError.Of(ProblemDocument.Of(problem, context.TraceIdentifier));
        }

        Failed(logger, exception, context.TraceIdentifier);
        return OpenAiError.Of(ProblemDocument.Of(StatusCodes.Status500InternalServerError, requestId: context.TraceIdentifier));
    }

    [LoggerMessage(1, LogLevel.Error, "Request {RequestId}: a streamed chat failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId);
}
