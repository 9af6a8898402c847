namespace Loupe.Bench.Feeds;

/// <summary>What the suite can measure on the sparse feed: everything but clusters.</summary>
internal static class FeedTargets
{
    public const string Feed = "sparse";

    public static bool HasClusters => false;
}
