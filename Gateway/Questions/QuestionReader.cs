using System.Text.Json;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Limits;
using Loupe.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Loupe.Gateway.Questions;

/// <summary>
/// Reads a question and refuses what can be refused without knowing the image: its form, and whether it names an image and
/// a deadline at all. What depends on image or bundle is the localizer's to refuse.
/// </summary>
internal sealed class QuestionReader(IOptions<GatewayOptions> options, ImageLimits images, BodyBudget budget)
{
    private static readonly JsonSerializerOptions Strict = new(LoupeJson.Default.Options)
    {
        Converters = { new NamedEnumConverter<VisionTask>(), new NamedEnumConverter<Priority>(), new NamedEnumConverter<Detail>() },
    };

    private readonly GatewayOptions _options = options.Value;
    private readonly int _limit = options.Value.MaxQuestionBody(images);

    /// <summary>Reads the question that a request's body is.</summary>
    public async Task<Question> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!IsJson(request))
        {
            throw LocalizerException.Of(ProblemKind.UnsupportedType, "A question is JSON in UTF-8: Content-Type: application/json.");
        }

        context.AllowBody(_limit + 1L);
        using var body = await BodyBuffer.ReadAsync(
            request.Body, request.ContentLength, _limit, budget, context.RequestAborted);
        return Parse(body.Bytes.Span);
    }

    /// <summary>Reads a question from its JSON.</summary>
    public Question Parse(ReadOnlySpan<byte> json)
    {
        Question? question;
        try
        {
            question = JsonSerializer.Deserialize<Question>(json, Strict);
        }
        catch (JsonException exception)
        {
            throw JsonProblems.Of(exception);
        }

        if (question is null)
        {
            throw LocalizerException.Invalid(JsonProblems.Body, "is a question: a JSON object.");
        }

        Check(question);
        return question;
    }

    /// <summary>Refuses a question that names no image, too large a one, or a deadline that cannot be.</summary>
    public void Check(Question question)
    {
        switch (question.Image)
        {
            case null:
                throw QuestionRefusals.NoImage();
            case { Data: { IsEmpty: true } }:
                throw LocalizerException.Invalid("image.data", "is empty.");
            case { Data: { } data } when data.Length > images.MaxBytes:
                throw images.TooLarge();
            case { Data: null, Id: var id } when !ImageKey.IsId(id):
                throw QuestionRefusals.NotAnImageId();
        }

        if (question.DeadlineMs < QuestionLimits.MinDeadlineMs || question.DeadlineMs > _options.MaxDeadlineMs)
        {
            throw LocalizerException.Invalid("deadlineMs", QuestionRefusals.Deadline(_options.MaxDeadlineMs));
        }
    }

    /// <summary>Whether a request says that its body is JSON in UTF-8.</summary>
    public static bool IsJson(HttpRequest request) =>
        request.HasJsonContentType()
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase));
}
