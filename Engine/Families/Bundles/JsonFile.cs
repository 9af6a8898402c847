using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Loupe.Engine.Families.Bundles;

/// <summary>Reads the JSON files of a bundle, with errors that say where they are wrong.</summary>
internal static class JsonFile
{
    /// <summary>Parses one file's content.</summary>
    /// <exception cref="BundleException">Names the file, the line and the JSON path.</exception>
    public static T Parse<T>(string path, ReadOnlySpan<byte> content, JsonTypeInfo<T> type)
    {
        // The mark that some editors put before UTF-8.
        content = content.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? content[3..] : content;
        try
        {
            return JsonSerializer.Deserialize(content, type) ?? throw new BundleException($"{path}: should be a JSON object, found null.");
        }
        catch (JsonException e)
        {
            var at = e.LineNumber is { } line ? $" (line {line + 1})" : "";
            throw new BundleException($"{path}: {e.Path ?? "$"}{at}: {Sentence(e)} See docs/bundle.md.", e);
        }
    }

    // The serializer's messages end in a repetition of path and line.
    private static string Sentence(JsonException e)
    {
        var end = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return end > 0 ? e.Message[..end] : e.Message;
    }
}
