using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe.Gateway.Questions;

/// <summary>
/// Reads a name of the contract and nothing else (the usual converter takes numbers too), and refuses with the list of
/// names.
/// </summary>
internal sealed class NamedEnumConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<T, string> Names =
        Enum.GetValues<T>().ToDictionary(value => value, value => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));

    private static readonly Dictionary<string, T> ByName = Names.ToDictionary(name => name.Value, name => name.Key);

    private static readonly string Expected = $"is one of {string.Join(", ", ByName.Keys)}.";

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ByName.TryGetValue(reader.GetString()!, out var value)
            ? value
            : throw new JsonException(Expected);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(NameOf(value));

    /// <summary>The name of a value in the contract.</summary>
    internal static string NameOf(T value) => Names[value];
}
