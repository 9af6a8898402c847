using System.CommandLine;
using Loupe.Bench.Simulation;
using Loupe.Bench.Verbs;

namespace Loupe.Bench.Feeds;

/// <summary>What the full feed gives.</summary>
internal static class FeedVerbs
{
    public static void AddTo(RootCommand root)
    {
        root.Add(SimulateVerb.Create());
        root.Add(ChaosVerb.Create());
    }
}
