using Loupe.Engine.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Features → proposed boxes: those above a score, the best of every overlapping group.</summary>
internal sealed class PixelProposer(DetectTask options, VisionTask task, Graph graph) : IProposer, IDisposable
{
    public VisionTask Task => task;

    public IReadOnlyList<Proposal> Propose(StageValue features, ImageSize size)
    {
        var value = (DeviceTensor)features;
        using var input = value.Buffer.Tensor(value.Shape.ElementType, value.Shape.Batch(1));
        using var outputs = graph.Run([input]);
        return Select(outputs[0].GetTensorDataAsSpan<float>(), outputs[1].GetTensorDataAsSpan<float>(), size);
    }

    /// <summary>Chooses among the graph's proposals.</summary>
    /// <param name="boxes">n × 4, as the graph gives them.</param>
    /// <param name="scores">n.</param>
    /// <param name="size">The original image.</param>
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

    public void Dispose() => graph.Dispose();
}
