using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Chooses among proposals: those above a score, the best of every overlapping group, at most so many.</summary>
internal sealed class ProposalFilter(DetectTask options)
{
    /// <param name="boxes">n × 4, as the graph gives them.</param>
    /// <param name="scores">n.</param>
    /// <param name="size">The original image.</param>
    /// <returns>Best first; of equal scores the graph's first. Empty boxes are left out.</returns>
    public List<Proposal> Select(ReadOnlySpan<float> boxes, ReadOnlySpan<float> scores, ImageSize size)
    {
        var geometry = new PixelGeometry(size);
        List<Proposal> candidates = [];
        for (var i = 0; i < scores.Length; i++)
        {
            var box = geometry.ToBox(boxes.Slice(i * 4, 4));
            if (scores[i] >= options.ScoreThreshold && box.Area > 0)
            {
                candidates.Add(new Proposal(box, scores[i]));
            }
        }

        List<Proposal> chosen = [];
        foreach (var candidate in candidates.OrderByDescending(c => c.Score))
        {
            if (chosen.Count < options.MaxRegions && chosen.TrueForAll(c => c.Box.Iou(candidate.Box) <= options.IouThreshold))
            {
                chosen.Add(candidate);
            }
        }

        return chosen;
    }
}
