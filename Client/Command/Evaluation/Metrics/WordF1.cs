namespace Loupe.Command.Evaluation.Metrics;

/// <summary>
/// Exact-word F1: the harmonic mean of precision and recall of words counted as a bag, without articles. It stands in
/// for METEOR (Banerjee and Lavie, 2005) where the field uses that: METEOR also matches stems and synonyms and
/// weights recall higher, so the two are not comparable. Unit: 0 to 1.
/// </summary>
internal static class WordF1
{
    public static double Of(string said, string reference)
    {
        var spoken = Wording.ContentWords(said);
        var expected = Wording.ContentWords(reference).ToList();
        if (spoken.Length == 0 || expected.Count == 0)
        {
            return spoken.Length == expected.Count ? 1 : 0;
        }

        var total = spoken.Length + expected.Count;
        var shared = spoken.Count(expected.Remove);
        return 2.0 * shared / total;
    }

    /// <summary>Against several references, the best.</summary>
    public static double Best(string said, IEnumerable<string> references) =>
        references.Select(reference => Of(said, reference)).DefaultIfEmpty(0).Max();
}
