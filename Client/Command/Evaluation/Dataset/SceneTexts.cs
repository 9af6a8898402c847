using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Command.Evaluation.Dataset;

/// <summary>What the texts of a scene's questions tell about its objects.</summary>
internal static class SceneTexts
{
    private const int CanonicalAndName = 2;

    /// <summary>
    /// The names among a region caption's accepted wordings: all after the canonical one, which says more than the
    /// name ("a tractor in a room", "a tractor", "tractor"); the only one if there is no other.
    /// </summary>
    public static IReadOnlyList<string> Names(SceneQuestion caption) =>
        caption.Accept.Count >= CanonicalAndName ? [.. caption.Accept.Skip(1)] : caption.Accept;

    /// <summary>
    /// Each object with the texts that describe it: its name, and its name with what the scene's captions add to a
    /// name (" in a room"). Without the second, a detection that also says where the thing is would be marked down
    /// for a truth that the dataset spells out for captions only.
    /// </summary>
    public static IReadOnlyList<TrueRegion> Truths(EvaluationScene scene)
    {
        var tails = scene.Questions
            .Where(q => q is { Task: VisionTask.Caption, References: null, Regions.Count: 1, Accept.Count: >= CanonicalAndName }
                && q.Accept[0].StartsWith(q.Accept[1], StringComparison.Ordinal))
            .Select(q => q.Accept[0][q.Accept[1].Length..])
            .Where(tail => tail.Length > 0)
            .Distinct()
            .ToList();
        return [.. scene.Objects.Select(o => new TrueRegion(o.Box, [o.Name, .. tails.Select(tail => o.Name + tail)]))];
    }
}
