namespace Loupe.Command.Evaluation.Metrics;

/// <summary>
/// Name accuracy. A caption of a region is right if it begins with an accepted name as whole words: "a hot dog in a
/// room" begins with "a hot dog" and not with "dog". A detection, whose text may say more, is right if an accepted
/// name stands anywhere in it as whole words in a row. Unit: share, 0 to 1.
/// </summary>
internal static class NameAccuracy
{
    public static bool Says(string caption, IReadOnlyList<string> acceptedNames)
    {
        var words = Wording.Words(caption);
        return acceptedNames.Any(name => Wording.IndexOf(words, Wording.Words(name)) >= 0);
    }

    public static bool BeginsWith(string caption, IReadOnlyList<string> acceptedNames)
    {
        var words = Wording.Words(caption);
        return acceptedNames.Any(name => Wording.IndexOf(words, Wording.Words(name)) == 0);
    }
}
