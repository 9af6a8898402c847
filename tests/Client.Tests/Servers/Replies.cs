using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Servers;

/// <summary>What a Loupe server says, for scripts.</summary>
internal static class Replies
{
    public const string Digest = "0000000000000000000000000000000000000000000000000000000000000000";

    public const string ImageId = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    public static readonly ModelIdentity Model = new("toy", Digest);

    public static Word Word(string text) => new() { Text = text, Box = new(1, 2, 3, 4), Point = new(2, 3), Confidence = 0.5 };

    public static Answer Answer(string text = "a dog", VisionTask task = VisionTask.Answer, string image = "image") => new()
    {
        Id = Digest,
        Image = image,
        Task = task,
        Text = text,
        Words = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Word)],
        Model = Model,
    };

    public static FoundRegion Region(string text, double x = 10) => new() { Box = new(x, 20, x + 30, 60), Score = 0.9, Text = text };

    public static ImageDescription Image(string id) => new()
    {
        Id = id,
        Width = 64,
        Height = 48,
        Bytes = 3,
        CreatedAt = DateTimeOffset.UnixEpoch,
        MediaType = "image/png",
    };

    public static async Task<Question> QuestionAsync(this HttpContext context) =>
        (await JsonSerializer.DeserializeAsync(context.Request.Body, LoupeJson.Default.Question, context.RequestAborted))!;

    public static Task ReplyAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type) =>
        context.Response.WriteAsJsonAsync(value, type, cancellationToken: context.RequestAborted);

    public static Task RefuseAsync(this HttpContext context, ProblemKind kind, string? retryAfter = null, string? errors = null)
    {
        context.Response.StatusCode = (int)kind;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers["x-request-id"] = "request-7";
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return context.Response.WriteAsync(Problem(kind, errors), context.RequestAborted);
    }

    public static string Problem(ProblemKind kind, string? errors = null) =>
        $$"""{"type":"urn:loupe:problem","title":"No.","status":{{(int)kind}},"detail":"refused as {{kind}}","errors":{{errors ?? "null"}},"requestId":"request-8"}""";

    /// <summary>
    /// Promises more than a script will send: when it returns, all that it sent arrives, and then the connection breaks.
    /// An abort would take with it what the client has not read yet.
    /// </summary>
    public static void WillBreak(this HttpContext context) => context.Response.ContentLength = int.MaxValue;

    public static void BeginEvents(this HttpContext context) => context.Response.ContentType = "text/event-stream";

    public static async Task EventAsync(this HttpContext context, string name, int? id, string data)
    {
        await context.Response.WriteAsync(
            $"{(id is { } index ? $"id: {index}\n" : "")}event: {name}\ndata: {data}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    public static Task WordAsync(this HttpContext context, int index, string text) =>
        context.EventAsync("word", index, JsonSerializer.Serialize(Word(text), LoupeJson.Default.Word));

    public static Task RegionAsync(this HttpContext context, int index, string text) =>
        context.EventAsync("region", index, JsonSerializer.Serialize(Region(text), LoupeJson.Default.FoundRegion));

    public static Task DoneAsync(this HttpContext context, Answer answer) =>
        context.EventAsync("done", null, JsonSerializer.Serialize(answer, LoupeJson.Default.Answer));
}
