using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.Streaming;

/// <summary>A response of server-sent events; every event is flushed.</summary>
internal sealed class EventStream : IDisposable
{
    public const string MediaType = "text/event-stream";

    private readonly PipeWriter _body;
    private readonly Utf8JsonWriter _json;

    private EventStream(PipeWriter body)
    {
        _body = body;
        _json = new Utf8JsonWriter(body);
    }

    /// <summary>Whether the caller asks for events.</summary>
    public static bool IsAccepted(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accepted =>
            accepted.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && accepted.Quality is null or > 0);

    /// <summary>The index of the last event that the caller got; −1 for none.</summary>
    public static int LastEventId(HttpRequest request)
    {
        var given = request.Headers["Last-Event-ID"].ToString();
        if (given.Length == 0)
        {
            return -1;
        }

        return int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw LocalizerException.Invalid("Last-Event-ID", "is the id of an event of the stream: a whole number.");
    }

    /// <summary>Begins the response.</summary>
    public static EventStream Begin(HttpResponse response)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";

        // Proxies that gather responses would gather the words.
        response.Headers["X-Accel-Buffering"] = "no";
        return new(response.BodyWriter);
    }

    /// <summary>Sends one event; one without a name is a plain message.</summary>
    public async ValueTask SendAsync<T>(string? name, int? id, T data, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        if (id is { } index)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"id: {index}\n"));
        }

        Write(name is null ? "data: " : $"event: {name}\ndata: ");
        _json.Reset();
        JsonSerializer.Serialize(_json, data, type);
        Write("\n\n");
        await _body.FlushAsync(cancellationToken);
    }

    /// <summary>Sends a plain message that is no JSON: one line.</summary>
    public async ValueTask SendTextAsync(string text, CancellationToken cancellationToken)
    {
        Write($"data: {text}\n\n");
        await _body.FlushAsync(cancellationToken);
    }

    public void Dispose() => _json.Dispose();

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _body);
}
