using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace Loupe.Gateway.Tests.OpenAi;

/// <summary>Chats with the gateway under test.</summary>
internal static class Chats
{
    /// <summary>A picture for a chat: <c>AQID</c>, the bytes 1, 2, 3.</summary>
    public const string Picture = """{"type": "image_url", "image_url": {"url": "data:image/png;base64,AQID"}}""";

    public const string Model = "scripted <1>";

    /// <summary>The body of a chat with one message that has the picture and a text.</summary>
    public static string Of(string text, string more = "") =>
        OfMessages($$"""{"role": "user", "content": [{{Picture}}, {"type": "text", "text": {{JsonSerializer.Serialize(text)}}}]}""", more);

    public static string OfMessages(string messages, string more = "") =>
        $$"""{"model": "{{Model}}", "messages": [{{messages}}]{{(more.Length > 0 ? $", {more}" : "")}}}""";

    public static async Task<HttpResponseMessage> ChatAsync(
        this GatewayUnderTest gateway, string body, string mediaType = "application/json") =>
        await gateway.Client.PostAsync("/v1/chat/completions", new StringContent(body, Encoding.UTF8, mediaType));

    /// <summary>The messages of a stream.</summary>
    public static async Task<List<string>> EventsAsync(this HttpResponseMessage response)
    {
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        var events = new List<string>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            Assert.Equal("message", item.EventType);
            events.Add(item.Data);
        }

        return events;
    }

    /// <summary>Asserts that a response is an error in OpenAI's shape, and gives it.</summary>
    public static async Task<(
        string Message, string Type, string? Param, string? Code)> ErrorAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(text);
        Assert.Equal(["error"], document.RootElement.EnumerateObject().Select(property => property.Name));
        return Error(document.RootElement);
    }

    public static (string Message, string Type, string? Param, string? Code) Error(JsonElement root)
    {
        var error = root.GetProperty("error");
        Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(property => property.Name));
        return (error.GetProperty("message").GetString()!, error.GetProperty("type").GetString()!,
            error.GetProperty("param").GetString(), error.GetProperty("code").GetString());
    }
}
