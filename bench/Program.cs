using System.CommandLine;
using Loupe.Bench.Feeds;
using Loupe.Bench.Growth;
using Loupe.Bench.Memory;
using Loupe.Bench.Monitoring;
using Loupe.Bench.Suite;
using Loupe.Bench.Verbs;

var root = new RootCommand("Measurements of Loupe. bench/README.md says what each shows.");
root.Add(SuiteVerb.Create());
root.Add(GrowthVerb.Create());
root.Add(MemoryVerb.Create());
FeedVerbs.AddTo(root);
root.Add(DashboardVerb.Create());
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync($"loupe: {error.Message}");
    }

    return ExitCode.BadUsage;
}

return await parsed.InvokeAsync();
