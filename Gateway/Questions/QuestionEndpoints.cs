using Loupe.Gateway.Auth;
using Loupe.Gateway.Batches;
using Loupe.Gateway.OpenApi;
using Loupe.Gateway.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Loupe.Gateway.Questions;

/// <summary>Questions: asked, asked as a stream, asked by the thousand, recalled.</summary>
internal static class QuestionEndpoints
{
    public static void MapQuestions(this IEndpointRouteBuilder routes)
    {
        var questions = routes.MapGroup("/questions").WithTags("Questions");

        questions.MapPost("/", AskAsync)
            .WithSummary("Answers a question about an image and regions of it.")
            .WithDescription(
                "With \"stream\": true or Accept: text/event-stream the answer comes as server-sent events: word and region as they "
                + "are found (the event's id is the index), then done with the whole answer, or error with a problem. A question asked "
                + "again with Last-Event-ID continues after that event.")
            .Accepts<Question>("application/json")
            .Produces<Answer>(StatusCodes.Status200OK, "application/json", EventStream.MediaType)
            .Refuses(400, 404, 413, 415, 422, 503, 504);

        questions.MapGet("/{id}", RecallAsync)
            .WithSummary("Gives the answer of a question asked before, or continues its stream.")
            .WithDescription("With Accept: text/event-stream, the stream goes on after the event that Last-Event-ID names.")
            .Produces<Answer>(StatusCodes.Status200OK, "application/json", EventStream.MediaType)
            .Refuses(400, 404, 503);

        questions.MapPost("/batch", (HttpContext context, BatchRunner batch) => batch.RunAsync(context))
            .WithSummary("Answers many questions, one a line, each answer as soon as it is there.")
            .WithDescription(
                "Every line of the answer bears the key and the line number of its question, and is an answer or has a problem. "
                + "Lines are read no faster than they are answered: read the answers while you send.")
            .Accepts<Question>(BatchRunner.Accepted[0], BatchRunner.Accepted[1..])
            .Produces<Answer>(StatusCodes.Status200OK, BatchRunner.MediaType)
            .Refuses(415, 503);
    }

    private static async Task<IResult> AskAsync(
        HttpContext context, QuestionReader reader, QuestionRunner runner, AnswerStreamer streamer, TimeProvider time)
    {
        var after = EventStream.LastEventId(context.Request);
        var started = time.GetTimestamp();
        Question question;
        try
        {
            question = await reader.ReadAsync(context);
        }
        catch (LocalizerException exception)
        {
            runner.Unreadable(exception.Problem.Kind, started);
            throw;
        }

        if (question.Stream || EventStream.IsAccepted(context.Request))
        {
            var parts = runner.AskAsync(context.Tenant(), question, context.RequestAborted);
            await streamer.WriteAsync(context, parts, after);
            return Results.Empty;
        }

        var answer = await runner.AnswerAsync(context.Tenant(), question, null, context.RequestAborted);
        return TypedResults.Json(answer, LoupeJson.Default.Answer);
    }

    private static async Task<IResult> RecallAsync(
        string id, HttpContext context, ILocalizer localizer, QuestionRunner runner, AnswerStreamer streamer)
    {
        var after = EventStream.LastEventId(context.Request);

        // Answers are addressed as images are, by a hash.
        if (!ImageKey.IsId(id))
        {
            throw NotFound();
        }

        if (EventStream.IsAccepted(context.Request))
        {
            await streamer.WriteAsync(context, runner.ResumeAsync(context.Tenant(), id, after, context.RequestAborted), after);
            return Results.Empty;
        }

        var answer = await localizer.RecallAsync(context.Tenant(), id, context.RequestAborted) ?? throw NotFound();
        return TypedResults.Json(answer, LoupeJson.Default.Answer);
    }

    private static LocalizerException NotFound() =>
        LocalizerException.Of(ProblemKind.NotFound, "There is no answer of this id (any more); ask the question again.");
}
