using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>
/// Which image a question is about: the id of an uploaded image (JSON: a string) or its bytes
/// (JSON: <c>{"data": "&lt;base64&gt;"}</c>), which are uploaded first. Exactly one is given.
/// </summary>
[JsonConverter(typeof(ImageReferenceJsonConverter))]
public sealed record ImageReference
{
    public string? Id { get; init; }

    public ReadOnlyMemory<byte>? Data { get; init; }

    public static implicit operator ImageReference(string id) => new() { Id = id };
}

internal sealed class ImageReferenceJsonConverter : JsonConverter<ImageReference>
{
    private const string Expected = "image is the id of an uploaded image, or {\"data\": \"<base64>\"}";

    public override ImageReference Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new() { Id = reader.GetString() };
        }

        if (reader.TokenType != JsonTokenType.StartObject
            || !reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals("data"u8)
            || !reader.Read() || reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var data)
            || !reader.Read() || reader.TokenType != JsonTokenType.EndObject)
        {
            throw new JsonException(Expected);
        }

        return new() { Data = data };
    }

    public override void Write(Utf8JsonWriter writer, ImageReference value, JsonSerializerOptions options)
    {
        if (value.Data is { } data)
        {
            writer.WriteStartObject();
            writer.WriteBase64String("data"u8, data.Span);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteStringValue(value.Id);
        }
    }
}
