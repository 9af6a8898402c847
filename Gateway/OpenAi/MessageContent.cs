using System.Text.Json;
using System.Text.Json.Serialization;
using Loupe.Gateway.Problems;

namespace Loupe.Gateway.OpenAi;

/// <summary>What a message says. JSON: a string, or an array of parts.</summary>
/// <param name="Parts">The parts; a string is one text.</param>
/// <param name="IsText">Whether it was written as a string.</param>
[JsonConverter(typeof(MessageContentJsonConverter))]
internal sealed record MessageContent(IReadOnlyList<ContentPart> Parts, bool IsText);

/// <summary>A piece of a message.</summary>
internal sealed record ContentPart
{
    public const string TextType = "text";
    public const string ImageType = "image_url";

    /// <summary><c>text</c> or <c>image_url</c>; what the assistant said may also have <c>refusal</c>.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }

    [JsonPropertyName("image_url")]
    public ImagePart? ImageUrl { get; init; }
}

/// <summary>A picture in a message.</summary>
internal sealed record ImagePart
{
    /// <summary>The picture itself, as a data URI: <c>data:image/png;base64,…</c>.</summary>
    [JsonPropertyName("url")]
    public DataUri? Url { get; init; }

    /// <summary>Without effect: the picture is always read whole.</summary>
    [JsonPropertyName("detail")]
    public string? Detail { get; init; }
}

internal sealed class MessageContentJsonConverter : JsonConverter<MessageContent>
{
    public override MessageContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new([new() { Type = ContentPart.TextType, Text = reader.GetString() }], IsText: true);
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("is a text, or an array of parts of type text and image_url.");
        }

        var parts = new List<ContentPart>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            parts.Add(ReadPart(ref reader, parts.Count, options));
        }

        return new(parts, IsText: false);
    }

    public override void Write(Utf8JsonWriter writer, MessageContent value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Chats are only read.");

    private static ContentPart ReadPart(ref Utf8JsonReader reader, int index, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<ContentPart>(ref reader, options) ?? throw new JsonException("is null.");
        }
        catch (JsonException exception)
        {
            // The message's own place is only known further out, and only added to what has none yet.
            var (field, message) = JsonProblems.Tell(exception);
            var place = field == JsonProblems.Body ? "" : field.StartsWith('[') ? field : $".{field}";
            throw new JsonException($"[{index}]{place}: {message}");
        }
    }
}
