
namespace Loupe.Command.Evaluation.Dataset;

/// <summary>Whether a scene of <c>split.jsonl</c> can be judged: what is wrong is told before anything is asked.</summary>
internal static class SceneCheck
{
    private const int Sides = 2;

    /// <param name="where">File and line, for messages.</param>
    /// <param name="scene">The scene.</param>
    /// <returns>The same scene.</returns>
    /// <exception cref="DatasetException">Something in it makes no sense.</exception>
    public static EvaluationScene Check(string where, EvaluationScene scene)
    {
        PictureFinder.CheckName(where, scene.File);
        DatasetLimits.CheckSize(where, scene.Width, scene.Height);
        DatasetLimits.Check(where, "objects", scene.Objects.Count, DatasetLimits.PerImage);
        DatasetLimits.Check(where, "questions", scene.Questions.Count, DatasetLimits.PerImage);
        foreach (var (i, thing) in scene.Objects.Index())
        {
            DatasetLimits.CheckBox($"{where}: objects[{i}]", thing.Box);
            CheckMask($"{where}: objects[{i}]", thing.Mask, scene);
        }

        foreach (var (i, question) in scene.Questions.Index().Where(indexed => indexed.Item.Task == VisionTask.Segment))
        {
            CheckSegment($"{where}: questions[{i}]", question, scene);
        }

        return scene;
    }

    private static void CheckMask(string where, Mask? mask, EvaluationScene scene)
    {
        if (mask is null)
        {
            return;
        }

        if (mask.Size is not { Count: Sides } || mask.Size[0] != scene.Height || mask.Size[1] != scene.Width)
        {
            throw new DatasetException($"{where}: the mask's size is not the picture's, [{scene.Height}, {scene.Width}]");
        }

        try
        {
            RunLengths.Check(RunLengths.Expand(mask.Counts ?? ""), scene.Height, scene.Width);
        }
        catch (FormatException error)
        {
            throw new DatasetException($"{where}: mask: {error.Message}", error);
        }
    }

    private static void CheckSegment(string where, SceneQuestion question, EvaluationScene scene)
    {
        if (question.Regions.Count == 0 && string.IsNullOrWhiteSpace(question.Text))
        {
            throw new DatasetException($"{where}: segment needs a region or a text");
        }

        if (question.Object is { } at && (at < 0 || at >= scene.Objects.Count || scene.Objects[at].Mask is null))
        {
            throw new DatasetException($"{where}: there is no object {at} with a mask");
        }

        if (question.Object is null && question.Regions.Count > 0)
        {
            throw new DatasetException($"{where}: a region to segment is of an object; only a text may name something absent");
        }
    }
}
