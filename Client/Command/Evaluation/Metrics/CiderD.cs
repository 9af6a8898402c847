namespace Loupe.Command.Evaluation.Metrics;

/// <summary>A caption to be judged, and the captions that people (or the generator) gave to the same thing.</summary>
/// <param name="Image">The image it is of; document frequency counts images.</param>
/// <param name="Text">The caption to be judged.</param>
/// <param name="References">What it is compared with.</param>
internal sealed record JudgedCaption(string Image, string Text, IReadOnlyList<string> References);

/// <summary>
/// CIDEr-D: tf-idf-weighted n-gram agreement, n = 1 to 4, with clipped counts and a Gaussian penalty on the difference
/// of lengths (sigma 6 words), mean over n and references, × 10. Source: Vedantam et al., "CIDEr: Consensus-based
/// Image Description Evaluation", CVPR 2015; weights as in the reference implementation (raw counts, idf = ln(images)
/// − ln(max(1, images that have it))). Unit: 0 to 10; over fewer than two images every weight is 0.
/// </summary>
internal static class CiderD
{
    private const int Longest = 4;
    private const double Sigma = 6;
    private const double Scale = 10;

    /// <summary>One score for each caption; the corpus score is their mean.</summary>
    public static double[] Scores(IReadOnlyList<JudgedCaption> captions)
    {
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        var images = captions.GroupBy(caption => caption.Image).ToList();
        foreach (var image in images)
        {
            foreach (var gram
                in image.SelectMany(c => c.References).SelectMany(r => Grams(Wording.Words(r)).SelectMany(g => g.Keys)).Distinct())
            {
                frequency[gram] = frequency.GetValueOrDefault(gram) + 1;
            }
        }

        var logImages = Math.Log(images.Count);
        return [.. captions.Select(caption => Score(caption, frequency, logImages))];
    }

    private static double Score(JudgedCaption caption, Dictionary<string, int> frequency, double logImages)
    {
        var said = Wording.Words(caption.Text);
        var saidWeights = Weights(said, frequency, logImages);
        var sum = 0.0;
        foreach (var reference in caption.References)
        {
            var words = Wording.Words(reference);
            var weights = Weights(words, frequency, logImages);
            var delta = said.Length - words.Length;
            var penalty = Math.Exp(-delta * delta / (2 * Sigma * Sigma));
            for (var n = 0; n < Longest; n++)
            {
                sum += penalty * Similarity(saidWeights[n], weights[n]);
            }
        }

        return caption.References.Count == 0 ? 0 : Scale * sum / (Longest * caption.References.Count);
    }

    private static double Similarity(Dictionary<string, double> said, Dictionary<string, double> reference)
    {
        var norm = Math.Sqrt(said.Values.Sum(w => w * w)) * Math.Sqrt(reference.Values.Sum(w => w * w));
        var agreement = said.Sum(g => reference.TryGetValue(g.Key, out var w) ? Math.Min(g.Value, w) * w : 0);
        return norm > 0 ? agreement / norm : 0;
    }

    private static Dictionary<string, double>[] Weights(string[] words, Dictionary<string, int> frequency, double logImages) =>
        [.. Grams(words).Select(grams => grams.ToDictionary(
            g => g.Key,
            g => g.Value * (logImages - Math.Log(Math.Max(1, frequency.GetValueOrDefault(g.Key)))),
            StringComparer.Ordinal))];

    private static Dictionary<string, int>[] Grams(string[] words)
    {
        var grams = new Dictionary<string, int>[Longest];
        for (var n = 1; n <= Longest; n++)
        {
            var counts = grams[n - 1] = new(StringComparer.Ordinal);
            for (var at = 0; at + n <= words.Length; at++)
            {
                var gram = string.Join(' ', words, at, n);
                counts[gram] = counts.GetValueOrDefault(gram) + 1;
            }
        }

        return grams;
    }
}
