namespace Loupe.Command.Evaluation.Metrics;

/// <summary>
/// Exact match over accepted phrasings. Source: Rajpurkar et al., "SQuAD", EMNLP 2016, with the milder normalization
/// of <see cref="Wording.Normalize"/>: articles count. Unit: share, 0 to 1.
/// </summary>
internal static class ExactMatch
{
    public static bool IsMatch(string answered, IReadOnlyList<string> accepted)
    {
        var normalized = Wording.Normalize(answered);
        return accepted.Any(phrasing => Wording.Normalize(phrasing) == normalized);
    }
}
