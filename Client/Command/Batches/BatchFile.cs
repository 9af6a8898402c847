using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loupe.Command.Batches;

/// <summary>The questions of a batch, and which of them an earlier run has answered.</summary>
internal static class BatchFile
{
    /// <summary>The lines that are no empty ones, with their number from 1.</summary>
    public static IEnumerable<(int Number, string Text)> Questions(string path)
    {
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return (number, line);
            }
        }
    }

    /// <summary>
    /// The numbers of the lines that an answers file already has. A last line that a crash tore off is cut away. Lines
    /// with a problem count as not answered, so that a second run tries them again.
    /// </summary>
    public static HashSet<int> Answered(string path)
    {
        HashSet<int> numbers = [];
        if (!File.Exists(path))
        {
            return numbers;
        }

        var kept = new List<string>();
        foreach (var line in File.ReadLines(path))
        {
            try
            {
                using var answer = JsonDocument.Parse(line);
                if (answer.RootElement.TryGetProperty("problem", out _))
                {
                    continue;
                }

                numbers.Add(answer.RootElement.GetProperty("line").GetInt32());
                kept.Add(line);
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // Torn, or not an answer of ours: asked again.
            }
        }

        var next = path + ".next";
        File.WriteAllLines(next, kept, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(next, path, overwrite: true);
        return numbers;
    }

    /// <summary>A question's line; <c>"image": {"file": "path"}</c> names a picture beside the questions.</summary>
    /// <exception cref="JsonException">Not a question.</exception>
    public static (Question Question, string? File) Parse(string line, string folder)
    {
        var node = JsonNode.Parse(line) as JsonObject ?? throw new JsonException("a line is a question: a JSON object");
        string? file = null;
        if (node["image"] is JsonObject image && image["file"] is JsonValue name)
        {
            file = Path.Combine(folder, name.GetValue<string>());
            node["image"] = null;
        }

        return (node.Deserialize(LoupeJson.Default.Question)!, file);
    }

    public static string AnswerLine(int number, string? key, Answer answer)
    {
        var node = JsonSerializer.SerializeToNode(answer, LoupeJson.Default.Answer)!.AsObject();
        node.Insert(0, "line", number);
        node.Insert(0, "key", key);
        return node.ToJsonString();
    }

    public static string ProblemLine(int number, string? key, Problem problem) => new JsonObject
    {
        ["key"] = key,
        ["line"] = number,
        ["problem"] = new JsonObject
        {
            ["status"] = (int)problem.Kind,
            ["detail"] = problem.Detail,
            ["errors"] = problem.Errors is { } errors ? JsonSerializer.SerializeToNode(errors.ToDictionary()) : null,
        },
    }.ToJsonString();
}
