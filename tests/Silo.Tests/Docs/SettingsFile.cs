using System.Text;
using System.Text.Json;

namespace Loupe.Silo.Tests.Docs;

/// <summary>A setting as <c>appsettings.json</c> has it.</summary>
/// <param name="Key">Its whole name, with colons.</param>
/// <param name="Default">Its value, as JSON.</param>
/// <param name="Comment">The comment above it, or above the neighbours that it shares one with.</param>
internal sealed record SettingInFile(string Key, string Default, string Comment);

/// <summary>Reads <c>appsettings.json</c> with its comments.</summary>
internal static class SettingsFile
{
    public static IReadOnlyList<SettingInFile> Read()
    {
        var reader = new Utf8JsonReader(
            File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "appsettings.json")),
            new JsonReaderOptions { CommentHandling = JsonCommentHandling.Allow });
        var settings = new List<SettingInFile>();
        var path = new Stack<string>();
        var (comment, fresh) = ("", false);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Comment:
                    comment = fresh ? $"{comment} {reader.GetComment().Trim()}" : reader.GetComment().Trim();
                    fresh = true;
                    break;
                case JsonTokenType.PropertyName:
                    path.Push(reader.GetString()!);
                    fresh = false;
                    break;
                case JsonTokenType.StartObject:
                    comment = "";
                    break;
                case JsonTokenType.EndObject:
                    comment = "";
                    path.TryPop(out _);
                    break;
                default:
                    settings.Add(new(string.Join(':', path.Reverse()), Value(ref reader), comment));
                    path.Pop();
                    break;
            }
        }

        return settings;
    }

    private static string Value(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Skip();
            return "[]";
        }

        return reader.TokenType == JsonTokenType.String ? $"\"{reader.GetString()}\"" : Encoding.UTF8.GetString(reader.ValueSpan);
    }
}
