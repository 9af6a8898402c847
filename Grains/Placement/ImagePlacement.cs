namespace Loupe.Grains.Placement;

/// <summary>Where the grains of an image go: rendezvous order, bounded by load. A pure function.</summary>
public static class ImagePlacement
{
    /// <summary>
    /// The first silo in the image's rendezvous order that is not over its bound; where all are over, the least loaded
    /// (the first in order among equals); null where there is none at all.
    /// </summary>
    /// <param name="image">The image part of the grain's key.</param>
    /// <param name="candidates">Silos that serve the stage and do not drain, in any order.</param>
    /// <param name="bound">When a silo is over.</param>
    public static Candidate? Choose(string image, IReadOnlyList<Candidate> candidates, LoadBound bound)
    {
        var limit = bound.Of(candidates);
        Candidate? least = null;
        foreach (var candidate in Rendezvous.Order(image, candidates))
        {
            if (candidate.Saturation <= limit)
            {
                return candidate;
            }

            least = least is { } known && known.Saturation <= candidate.Saturation ? least : candidate;
        }

        return least;
    }
}
