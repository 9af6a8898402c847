using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loupe.Command.Batches;

/// <summary>One line of a file of questions.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">The line.</param>
internal sealed record BatchLine(int Number, string Text)
{
    /// <summary>16 hexadecimal digits that tell one question from another.</summary>
    public string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text.Trim())))[..16];
}

/// <summary>The lines of a batch: questions in, answers and problems out.</summary>
internal static class BatchFile
{
    /// <summary>What a batch's questions are given that say nothing else: nobody waits for each of them.</summary>
    public const int DefaultDeadlineMs = 60_000;

    /// <summary>The lines that are no empty ones.</summary>
    public static IEnumerable<BatchLine> Questions(string path) => File.ReadLines(path)
        .Select((text, i) => (Text: text, Number: i + 1))
        .Where(line => !string.IsNullOrWhiteSpace(line.Text))
        .Select(line => new BatchLine(line.Number, line.Text));

    /// <summary>A question's line; <c>"image": {"file": "path"}</c> names a picture beside the questions.</summary>
    /// <exception cref="JsonException">Not a question.</exception>
    public static (Question Question, string? File) Parse(string line, string folder)
    {
        try
        {
            var node = JsonNode.Parse(line) as JsonObject ?? throw new JsonException("a line is a question: a JSON object");
            string? file = null;
            if (node["image"] is JsonObject image && image.ContainsKey("file"))
            {
                file = image["file"] is JsonValue name && name.TryGetValue<string>(out var path) && path.Length > 0
                    ? Path.Combine(folder, path)
                    : throw new JsonException("image.file is the path of a picture");
                node["image"] = null;
            }

            node.TryAdd("deadlineMs", DefaultDeadlineMs);
            node.TryAdd("priority", "bulk");
            return (node.Deserialize(LoupeJson.Default.Question)!, file);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <summary>The key of a line, even of one that is no question; null where it has none.</summary>
    public static string? KeyOf(string line)
    {
        try
        {
            return JsonNode.Parse(line)?["key"]?.GetValue<string>();
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    public static string AnswerLine(BatchLine line, string? key, Answer answer)
    {
        var node = JsonSerializer.SerializeToNode(answer, LoupeJson.Default.Answer)!.AsObject();
        node.Insert(0, "of", line.Fingerprint);
        node.Insert(0, "line", line.Number);
        if (key is not null)
        {
            node.Insert(0, "key", key);
        }

        return node.ToJsonString();
    }

    public static string ProblemLine(BatchLine line, string? key, Problem problem)
    {
        var told = new JsonObject { ["status"] = (int)problem.Kind, ["detail"] = problem.Detail };
        if (problem.Errors is { } errors)
        {
            told["errors"] = new JsonObject(errors.Select(field => KeyValuePair.Create<string, JsonNode?>(
                field.Key, new JsonArray([.. field.Value.Select(message => (JsonNode?)message)]))));
        }

        var node = new JsonObject { ["line"] = line.Number, ["problem"] = told };
        if (key is not null)
        {
            node.Insert(0, "key", key);
        }

        return node.ToJsonString();
    }
}
