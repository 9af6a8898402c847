using System.CommandLine;
using Loupe.Bench.Device;
using Loupe.Bench.Growth;
using Loupe.Bench.Hops;
using Loupe.Bench.Memory;
using Loupe.Bench.Photographs;
using Loupe.Bench.Simulation;
using Loupe.Bench.Suite;
using Loupe.Bench.Verbs;

var root = new RootCommand("Measurements of Loupe. bench/README.md says what each shows.");
root.Add(SuiteVerb.Create());
root.Add(GrowthVerb.Create());
root.Add(MemoryVerb.Create());
root.Add(BundleVerb.Create());
root.Add(PhotographsVerb.Create());
root.Add(DeviceVerb.Create());
root.Add(SimulateVerb.Create());
root.Add(ChaosVerb.Create());
root.Add(HopsVerb.Create());
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
