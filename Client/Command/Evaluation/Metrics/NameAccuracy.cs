namespace Loupe.Command.Evaluation.Metrics;

/// <summary>
/// Name accuracy of captions: a caption is right if at least one accepted name stands in it as whole words in a row.
/// "a hot dog in a room" says "hot dog" and, by the same rule, "dog": the rule asks whether the name was said, not
/// whether nothing else was. Unit: share, 0 to 1.
/// </summary>
internal static class NameAccuracy
{
    public static bool Says(string caption, IReadOnlyList<string> acceptedNames)
    {
        var words = Wording.Words(caption);
        return acceptedNames.Any(name => Wording.IndexOf(words, Wording.Words(name)) >= 0);
    }
}
