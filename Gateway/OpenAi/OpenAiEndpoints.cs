using Loupe.Gateway.Questions;
using Loupe.Gateway.Streaming;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Loupe.Gateway.OpenAi;

/// <summary>What OpenAI's clients ask for: chats, and which models there are.</summary>
internal static class OpenAiEndpoints
{
    public static void MapOpenAi(this IEndpointRouteBuilder routes)
    {
        var endpoints = routes.MapGroup("").WithTags("For OpenAI's clients");
        var since = routes.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();

        endpoints.MapPost(OpenAiPaths.Chat, ChatAsync)
            .WithSummary("Answers a chat about a picture, as OpenAI's clients expect it.")
            .WithDescription(
                "The picture is an image_url part with a data URI; regions stand in the text as `<box>x0,y0,x1,y1</box>`, or beside the "
                + "messages as regions. The last text of the user is the question. With \"stream\": true the answer comes as "
                + "server-sent events that end with [DONE].")
            .Accepts<ChatRequest>("application/json")
            .Produces<ChatCompletion>(StatusCodes.Status200OK, "application/json", EventStream.MediaType)
            .RefusesAsOpenAi(400, 404, 413, 415, 422, 500, 503, 504);

        endpoints.MapGet(OpenAiPaths.Models, (ILocalizer localizer) =>
                TypedResults.Json(new ModelList { Data = [Card(localizer, since)] }, OpenAiJson.Default.ModelList))
            .WithSummary("Lists the models that are served: the one bundle.")
            .Produces<ModelList>(StatusCodes.Status200OK, "application/json")
            .RefusesAsOpenAi(503);

        endpoints.MapGet($"{OpenAiPaths.Models}/{{id}}", (string id, ILocalizer localizer) =>
                id == localizer.Bundle.Name
                    ? TypedResults.Json(Card(localizer, since), OpenAiJson.Default.ModelCard)
                    : throw ModelCard.NotServed(localizer.Bundle, id))
            .WithSummary("Describes a model that is served.")
            .Produces<ModelCard>(StatusCodes.Status200OK, "application/json")
            .RefusesAsOpenAi(404, 503);
    }

    private static async Task<IResult> ChatAsync(
        HttpContext context, ChatReader reader, ChatResponse response, QuestionRunner runner, TimeProvider time)
    {
        var started = time.GetTimestamp();
        Chat chat;
        try
        {
            chat = await reader.ReadAsync(context);
        }
        catch (LocalizerException exception)
        {
            runner.Unreadable(exception.Problem.Kind, started);
            throw;
        }

        if (chat.Question.Stream)
        {
            await response.StreamAsync(context, chat);
            return Results.Empty;
        }

        return TypedResults.Json(await response.AnswerAsync(context, chat), OpenAiJson.Default.ChatCompletion);
    }

    private static ModelCard Card(ILocalizer localizer, DateTimeOffset since) =>
        new() { Id = localizer.Bundle.Name, Created = since.ToUnixTimeSeconds(), Loupe = localizer.Bundle };

    private static RouteHandlerBuilder RefusesAsOpenAi(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in (ReadOnlySpan<int>)[.. statuses, 401, 429])
        {
            endpoint.Produces<OpenAiError>(status, "application/json");
        }

        return endpoint;
    }
}
