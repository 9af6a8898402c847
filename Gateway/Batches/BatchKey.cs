using System.Text.Json;

namespace Loupe.Gateway.Batches;

/// <summary>Finds the key of a line, even of one that is no question.</summary>
internal static class BatchKey
{
    /// <summary>The value of the line's own <c>key</c>, as far as the line is JSON; null when there is none.</summary>
    public static string? Find(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isKey = reader.ValueTextEquals("key"u8);
                if (!reader.Read())
                {
                    return null;
                }

                if (isKey)
                {
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // What comes after the break is not looked for.
        }

        return null;
    }
}
