using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests;

/// <summary>What scripted servers say.</summary>
internal static class Scripts
{
    public static readonly string Image = new('a', 64);

    public static Answer Answer(string text = "a red car", params FoundRegion[] regions) => new()
    {
        Id = new string('b', 64),
        Image = Image,
        Task = VisionTask.Answer,
        Text = text,
        Words = [.. text.Split(' ').Select((word, i) => Word(word, i))],
        Regions = regions,
        Model = new("toy", new string('c', 64)),
    };

    public static Word Word(string text, int i = 0) =>
        new() { Text = text, Point = new(i + 5, 5), Box = new(i, 0, i + 10, 10), Confidence = 0.5 };

    public static FoundRegion Region(string text, double x = 10) => new() { Box = new(x, 20, x + 30, 60), Score = 0.9, Text = text };

    public static Task AnswerAsync(HttpContext context, Answer? answer = null)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(answer ?? Answer(), LoupeJson.Default.Answer));
    }

    public static Task ProblemAsync(HttpContext context, int status, string detail, string? retryAfter = null)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers["x-request-id"] = "r-1";
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return context.Response.WriteAsync($$$"""{"type":"t","title":"T","status":{{{status}}},"detail":"{{{detail}}}","errors":{"text":["{{{detail}}}"]}}""");
    }

    public static async Task EventAsync(HttpContext context, string name, int? id, string data)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
        }

        await context.Response.WriteAsync((id is null ? "" : $"id: {id}\n") + $"event: {name}\ndata: {data}\n\n");
        await context.Response.Body.FlushAsync();
    }

    public static Task WordAsync(HttpContext context, string text, int i) =>
        EventAsync(context, "word", i, JsonSerializer.Serialize(Word(text, i), LoupeJson.Default.Word));

    public static Task RegionAsync(HttpContext context, string text, int i) =>
        EventAsync(context, "region", i, JsonSerializer.Serialize(Region(text), LoupeJson.Default.FoundRegion));

    public static Task DoneAsync(HttpContext context, Answer answer) =>
        EventAsync(context, "done", null, JsonSerializer.Serialize(answer, LoupeJson.Default.Answer));
}
