using System.Text.Json;

namespace Loupe.Command.Evaluation.Dataset;

/// <summary>A folder of pictures with their truth: <c>split.jsonl</c> (evaluation) or <c>scenes.json</c> (demo).</summary>
internal static class SceneFolder
{
    public const string SplitFile = "split.jsonl";
    public const string DemoFile = "scenes.json";

    // By reflection: the converters of boxes and points are the contract's own, out of reach of code generated here.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <param name="folder">Holds <see cref="SplitFile"/> and the pictures that it names.</param>
    /// <param name="split">
    /// Takes the scenes marked with this split alone, or else those of this style, or of <c>seen</c> or <c>held-out</c>
    /// styles; all when null.
    /// </param>
    /// <param name="limit">At most so many scenes, from the front.</param>
    /// <exception cref="DatasetException">There is no such file, or it cannot be read, or nothing is in the split.</exception>
    public static IReadOnlyList<EvaluationScene> ReadSplit(string folder, string? split = null, int? limit = null)
    {
        var lines = Lines(Path.Combine(folder, SplitFile));
        var scenes = lines.Where(scene => split is null || IsOf(scene, split)).Take(limit ?? int.MaxValue).ToList();
        return scenes.Count > 0
            ? scenes
            : throw new DatasetException($"{folder} has no scene" + (split is null ? "" : $" of the split '{split}'"));
    }

    /// <exception cref="DatasetException">There is no such file, or it cannot be read.</exception>
    public static IReadOnlyList<EvaluationScene> ReadDemo(string folder)
    {
        var path = Path.Combine(folder, DemoFile);
        var scenes = Parse<IReadOnlyList<EvaluationScene>>(path, 0, Text(path));
        return scenes.Count > 0 ? scenes : throw new DatasetException($"{path} has no scene");
    }

    private static IEnumerable<EvaluationScene> Lines(string path) =>
        Text(path).Split('\n')
            .Select((line, i) => (Line: line, Number: i + 1))
            .Where(numbered => !string.IsNullOrWhiteSpace(numbered.Line))
            .Select(
                numbered => SceneCheck.Check($"{path}:{numbered.Number}", Parse<EvaluationScene>(path, numbered.Number, numbered.Line)));

    private static bool IsOf(EvaluationScene scene, string split) =>
        scene.Split is { } own ? own == split : split == scene.Style || split == (scene.HeldOut == true ? "held-out" : "seen");

    private static string Text(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                DatasetLimits.Check(path, "bytes", new FileInfo(path).Length, DatasetLimits.FileBytes);
            }

            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path}: {e.Message}", e);
        }
    }

    private static T Parse<T>(string path, int line, string json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new DatasetException(line > 0 ? $"{path}:{line}: {e.Message}" : $"{path}: {e.Message}", e);
        }
    }
}

/// <summary>A dataset that cannot be used; the message says which file and why.</summary>
internal sealed class DatasetException(string message, Exception? innerException = null) : Exception(message, innerException);
