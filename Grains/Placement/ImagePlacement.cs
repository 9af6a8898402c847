namespace Loupe.Grains.Placement;

/// <summary>Where the grains of an image go: rendezvous order, bounded by load. A pure function.</summary>
internal static class ImagePlacement
{
    /// <summary>
    /// The first silo in the image's rendezvous order that is not over its bound; where all are over, the least loaded
    /// (the first in order among equals); null where there is none at all.
    /// </summary>
    /// <param name="image">The image part of the grain's key.</param>
    /// <param name="candidates">Silos that serve the stage and do not drain, in any order.</param>
    /// <param name="bound">When a silo is over.</param>
    public static Candidate? Choose(string image, IReadOnlyList<Candidate> candidates, LoadBound bound) =>
        Choose(image, image, 1, candidates, bound);

    /// <summary>
    /// The same for a question about an image that is spread over several silos: the first in the image's order share
    /// its questions evenly, each question always asking the same one first.
    /// </summary>
    /// <param name="image">The image part of the grain's key.</param>
    /// <param name="question">The whole key.</param>
    /// <param name="replicas">How many silos share the image, at least 1; see <see cref="ReplicasOf"/>.</param>
    /// <param name="candidates">Silos that serve the stage and do not drain, in any order.</param>
    /// <param name="bound">When a silo is over.</param>
    public static Candidate? Choose(string image, string question, int replicas, IReadOnlyList<Candidate> candidates, LoadBound bound)
    {
        var limit = bound.Of(candidates);
        Candidate? least = null;
        foreach (var candidate in Turn(Rendezvous.Order(image, candidates), question, replicas))
        {
            if (candidate.Saturation <= limit)
            {
                return candidate;
            }

            least = least is { } known && known.Saturation <= candidate.Saturation ? least : candidate;
        }

        return least;
    }

    /// <summary>
    /// Over how many silos an image is to be spread so that none spends more than a given share of its device on it. An
    /// image that costs less than that share stays at home, and so does every image of a cluster that idles.
    /// </summary>
    /// <param name="share">Of the questions, those about this image.</param>
    /// <param name="busy">Mean over the silos of the share of time in which the device works, 0 to 1.</param>
    /// <param name="silos">How many there are.</param>
    /// <param name="most">Most of a device that one image may take, more than 0.</param>
    public static int ReplicasOf(double share, double busy, int silos, double most) =>
        (int)Math.Clamp(Math.Ceiling(share * busy * silos / most), 1, Math.Max(silos, 1));

    private static IEnumerable<Candidate> Turn(IReadOnlyList<Candidate> order, string question, int replicas)
    {
        var sharing = Math.Clamp(replicas, 1, Math.Max(order.Count, 1));
        var first = sharing == 1 ? 0 : Rendezvous.Number(question, sharing);
        return order.Skip(first).Take(sharing - first).Concat(order.Take(first)).Concat(order.Skip(sharing));
    }
}
