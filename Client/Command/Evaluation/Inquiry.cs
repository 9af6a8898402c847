using Loupe.Command.Evaluation.Dataset;

namespace Loupe.Command.Evaluation;

/// <summary>One question as it is asked, with where its truth stands.</summary>
/// <param name="Scene">Index of the scene.</param>
/// <param name="Truth">What the dataset says of it; null for detect and narrate that the dataset did not spell out.</param>
/// <param name="Task">What is asked for.</param>
internal sealed record Inquiry(int Scene, VisionTask Task, SceneQuestion? Truth)
{
    /// <summary>
    /// The questions of every scene, plus one narrate and one detect for each; but neither where no scene says what is in
    /// it, which leaves nothing to judge them by.
    /// </summary>
    /// <param name="scenes">The scenes.</param>
    /// <param name="offered">The tasks that are asked for: those that the server's bundle offers; null for all.</param>
    public static IReadOnlyList<Inquiry> Of(IReadOnlyList<EvaluationScene> scenes, IReadOnlyCollection<VisionTask>? offered = null)
    {
        var told = scenes.Any(scene => scene.Objects.Count > 0);
        return [.. scenes.SelectMany((scene, i) => OfScene(scene, i, told)).Where(inquiry => offered?.Contains(inquiry.Task) ?? true)];
    }

    public Question ToQuestion(string image) => new(
        image,
        Task,
        Truth?.Regions,
        string.IsNullOrWhiteSpace(Truth?.Text) ? null : Truth.Text,
        DeadlineMs: DeadlineMs,
        Priority: Priority.Bulk);

    // An evaluation waits for its answers as long as it must: it measures what is said, not how soon.
    private const int DeadlineMs = 60_000;

    private static IEnumerable<Inquiry> OfScene(EvaluationScene scene, int index, bool told)
    {
        foreach (var question in scene.Questions)
        {
            yield return new(index, question.Task, question);
        }

        if (scene.Complete || !told)
        {
            yield break;
        }

        foreach (var task in (VisionTask[])[VisionTask.Narrate, VisionTask.Detect])
        {
            if (scene.Questions.All(question => question.Task != task))
            {
                yield return new(index, task, null);
            }
        }

        if (scene.Questions.Any(question => question.Task == VisionTask.Segment))
        {
            yield break;
        }

        foreach (var (i, thing) in scene.Objects.Index().Where(indexed => indexed.Item.Mask is not null))
        {
            yield return new(index, VisionTask.Segment, new SceneQuestion
            {
                Task = VisionTask.Segment,
                Regions = [new Region { Box = thing.Box }],
                Object = i,
            });
        }
    }
}
