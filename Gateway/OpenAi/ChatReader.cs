using System.Text.Json;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Limits;
using Loupe.Gateway.Problems;
using Loupe.Gateway.Questions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.OpenAi;

/// <summary>Reads a chat, and refuses what can be refused without knowing the image.</summary>
internal sealed class ChatReader(
    ILocalizer localizer, QuestionReader questions, IOptions<GatewayOptions> options, ImageLimits images, BodyBudget budget)
{
    private static readonly JsonSerializerOptions Strict = new(OpenAiJson.Default.Options)
    {
        Converters = { new NamedEnumConverter<VisionTask>(), new NamedEnumConverter<Priority>(), new NamedEnumConverter<Detail>() },
    };

    private readonly int _limit = options.Value.MaxQuestionBody(images);

    /// <summary>Reads the chat that a request's body is.</summary>
    public async Task<Chat> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!QuestionReader.IsJson(request))
        {
            throw LocalizerException.Of(ProblemKind.UnsupportedType, "A chat is JSON in UTF-8: Content-Type: application/json.");
        }

        context.AllowBody(_limit + 1L);
        using var body = await BodyBuffer.ReadAsync(request.Body, request.ContentLength, _limit, budget, context.RequestAborted);
        return Parse(body.Bytes.Span);
    }

    /// <summary>Reads a chat from its JSON.</summary>
    public Chat Parse(ReadOnlySpan<byte> json)
    {
        ChatRequest? request;
        try
        {
            request = JsonSerializer.Deserialize<ChatRequest>(json, Strict);
        }
        catch (JsonException exception)
        {
            throw JsonProblems.Of(exception);
        }

        if (request is null)
        {
            throw LocalizerException.Invalid(JsonProblems.Body, "is a chat: a JSON object.");
        }

        ModelCard.Check(localizer.Bundle, request.Model);
        ChatParameters.Check(request);
        var conversation = Conversation.Read(request.Messages, request.Regions);
        var question = Question(request, conversation);
        questions.Check(question);
        return new(question, conversation.NotRead, request.StreamOptions?.IncludeUsage == true);
    }

    private static Question Question(ChatRequest request, Conversation conversation)
    {
        var nothingSaid = RegionTags.OnlyNames(conversation.Text);
        var task = request.Task ?? (nothingSaid ? VisionTask.Caption : VisionTask.Answer);
        var words = request.MaxCompletionTokens ?? request.MaxTokens ?? Loupe.Question.DefaultMaxWords;
        return new(
            Image: new() { Data = conversation.Image },
            Task: task,
            Regions: conversation.Regions,
            Text: nothingSaid ? null : conversation.Text,
            Stream: request.Stream == true,

            // Clients of large models ask for thousands; more than any bundle says is as good as its most.
            MaxWords: Math.Min(words, QuestionLimits.MaxWords),
            DeadlineMs: request.DeadlineMs ?? Loupe.Question.DefaultDeadlineMs,
            Priority: request.Priority ?? Priority.Interactive,
            Detail: request.Detail);
    }
}

/// <summary>A chat as it was understood.</summary>
/// <param name="Question">What is asked, its image by bytes.</param>
/// <param name="NotRead">Messages that had no part in it.</param>
/// <param name="IncludeUsage">Whether a stream ends by telling the usage.</param>
internal sealed record Chat(Question Question, int NotRead, bool IncludeUsage);
