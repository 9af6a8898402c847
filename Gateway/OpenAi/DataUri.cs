using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe.Gateway.OpenAi;

/// <summary>Bytes that are their own address (RFC 2397), in base64. JSON: a string <c>data:image/png;base64,…</c>.</summary>
[JsonConverter(typeof(DataUriJsonConverter))]
internal sealed record DataUri(ReadOnlyMemory<byte> Bytes);

/// <summary>Decodes straight from the request's bytes: a picture of 20 MiB would else be a string of 56 MB for a moment.</summary>
internal sealed class DataUriJsonConverter : JsonConverter<DataUri>
{
    // Media type and its parameters.
    private const int LongestPrefix = 256;

    public override DataUri Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("is a string: data:image/png;base64,…");
        }

        if (reader is { HasValueSequence: false, ValueIsEscaped: false })
        {
            return Decode(reader.ValueSpan);
        }

        var unescaped = ArrayPool<byte>.Shared.Rent(
            reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length);
        try
        {
            return Decode(unescaped.AsSpan(0, reader.CopyString(unescaped)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(unescaped);
        }
    }

    public override void Write(Utf8JsonWriter writer, DataUri value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Chats are only read.");

    private static DataUri Decode(ReadOnlySpan<byte> uri)
    {
        if (!Ascii.EqualsIgnoreCase(uri[..Math.Min(5, uri.Length)], "data:"u8))
        {
            throw new JsonException(
                "is not a data URI. This server fetches nothing from addresses: send the picture itself, as data:image/png;base64,…");
        }

        var comma = uri[..Math.Min(LongestPrefix, uri.Length)].IndexOf((byte)',');
        if (comma < 0 || !EndsWithBase64(uri[..comma]))
        {
            throw new JsonException("is a data URI in base64: data:image/png;base64,…");
        }

        var text = uri[(comma + 1)..];
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var length) == OperationStatus.Done
            ? new(bytes.AsMemory(0, length))
            : throw new JsonException("is a data URI whose base64 cannot be read; it has letters, digits, + and /, and = at its end.");
    }

    private static bool EndsWithBase64(ReadOnlySpan<byte> prefix) =>
        prefix.Length >= 7 && Ascii.EqualsIgnoreCase(prefix[^7..], ";base64"u8);
}
