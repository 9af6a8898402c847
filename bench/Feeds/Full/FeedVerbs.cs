using System.CommandLine;
using Loupe.Bench.Hops;
using Loupe.Bench.Simulation;
using Loupe.Bench.Verbs;

namespace Loupe.Bench.Feeds;

/// <summary>What the full feed gives.</summary>
internal static class FeedVerbs
{
    public static void AddTo(RootCommand root)
    {
        root.Add(SimulateVerb.Create());
        root.Add(ScaleVerb.Create());
        root.Add(ChaosVerb.Create());
        root.Add(HopsVerb.Create());
        root.Add(AutoscaleVerb.Create());
    }
}
