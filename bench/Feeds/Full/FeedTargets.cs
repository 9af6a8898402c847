namespace Loupe.Bench.Feeds;

/// <summary>What the suite can measure on the full feed.</summary>
internal static class FeedTargets
{
    public const string Feed = "full";

    public static bool HasClusters => true;
}
