using Loupe.Command.Evaluation.Dataset;

namespace Loupe.Command.Load;

/// <summary>Draws questions about scenes: what the scenes list, and detect and narrate for each.</summary>
/// <param name="scenes">The scenes with the ids of their uploaded images; at least one.</param>
/// <param name="fresh">Share of drawn questions that no one has asked before.</param>
/// <param name="offered">The tasks that the server's bundle offers; null for all.</param>
internal sealed class QuestionMix(
    IReadOnlyList<(string Image, EvaluationScene Scene)> scenes, double fresh, IReadOnlyCollection<VisionTask>? offered = null)
{
    // Small enough that the question still means the same thing, coarse enough to survive rounding to 0.01 pixels.
    private const double Jitter = 4;

    private readonly IReadOnlyList<(Question Question, EvaluationScene Scene)> _questions =
        [.. scenes.SelectMany(entry => Of(entry.Image, entry.Scene)
            .Where(question => offered?.Contains(question.Task) ?? true)
            .Select(question => (question, entry.Scene)))];

    public int Count => _questions.Count;

    public Question Draw(Random random)
    {
        var (question, scene) = _questions[random.Next(_questions.Count)];
        return random.NextDouble() < fresh ? Freshen(question, scene, random) : question;
    }

    private static IEnumerable<Question> Of(string image, EvaluationScene scene)
    {
        foreach (var listed in scene.Questions)
        {
            yield return new(image, listed.Task, listed.Regions, string.IsNullOrWhiteSpace(listed.Text) ? null : listed.Text, Stream: true);
        }

        foreach (var task in (VisionTask[])[VisionTask.Narrate, VisionTask.Detect])
        {
            if (scene.Questions.All(listed => listed.Task != task))
            {
                yield return new(image, task, Stream: true);
            }
        }
    }

    /// <summary>
    /// The same question about regions moved by up to 4 pixels. One without regions cannot be made new by moving them
    /// and asks for the caption of a thing instead, or of some box where the scene has no thing.
    /// </summary>
    private static Question Freshen(Question question, EvaluationScene scene, Random random)
    {
        if (question.Regions.Count > 0)
        {
            return question with { Regions = [.. question.Regions.Select(region => Move(region, scene, random))] };
        }

        var box = scene.Objects.Count > 0
            ? scene.Objects[random.Next(scene.Objects.Count)].Box
            : new Box(scene.Width / 4.0, scene.Height / 4.0, scene.Width * 0.75, scene.Height * 0.75);
        return question with { Task = VisionTask.Caption, Text = null, Regions = [Move(new Region { Box = box }, scene, random)] };
    }

    private static Region Move(Region region, EvaluationScene scene, Random random)
    {
        double Near(double value, double limit) => Math.Clamp(value + (((random.NextDouble() * 2) - 1) * Jitter), 0, limit);
        Point NearPoint(Point p) => new(Near(p.X, scene.Width - 1), Near(p.Y, scene.Height - 1));
        return region switch
        {
            { Box: { } box } =>
                region with
                {
                    Box = Widen(
                        new(
                            Near(box.X0, scene.Width - 1), Near(box.Y0, scene.Height - 1), Near(box.X1, scene.Width),
                            Near(box.Y1, scene.Height))),
                },
            { Points: { } points } => region with { Points = [.. points.Select(NearPoint)] },
            { Polygon: { } polygon } => region with { Polygon = [.. polygon.Select(NearPoint)] },
            _ => region,
        };
    }

    // Moving both edges of a small box may turn it inside out.
    private static Box Widen(Box box) =>
        box with { X1 = Math.Max(box.X1, box.X0 + 1), Y1 = Math.Max(box.Y1, box.Y0 + 1) };
}
