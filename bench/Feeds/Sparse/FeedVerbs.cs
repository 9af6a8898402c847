using System.CommandLine;
using Loupe.Bench.Verbs;

namespace Loupe.Bench.Feeds;

/// <summary>What the sparse feed lacks is said in a sentence.</summary>
internal static class FeedVerbs
{
    public static void AddTo(RootCommand root)
    {
        foreach (var name in VerbNames.OfClusters)
        {
            var command = new Command(name, $"{VerbNames.What(name)} Needs the full feed.") { TreatUnmatchedTokensAsErrors = false };
            command.SetAction(_ =>
            {
                Console.Error.WriteLine($"loupe: bench {name} measures the cluster, which needs Orleans, and this machine's package feed lacks it (./loupe feed says more).");
                return ExitCode.BadUsage;
            });
            root.Add(command);
        }
    }
}
