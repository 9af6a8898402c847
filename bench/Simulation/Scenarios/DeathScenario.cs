using System.Globalization;

namespace Loupe.Bench.Simulation.Scenarios;

/// <summary>A silo is killed.</summary>
internal sealed class DeathScenario : IScenario
{
    private const int Silos = 8;

    public string Name => "death";

    public ScenarioResult Run(SimulationOptions start, Action<string> watched)
    {
        // Long enough for every image to be asked about again after the death.
        var options = start with { Silos = Silos, Seconds = Math.Max(start.Seconds, 12) + (2 * start.Service.DetectionMs / 1000) };
        using var run = new SimulatedRun(options);
        var dies = options.WarmUp + (options.Seconds / 4);
        var images = 0;
        run.At(dies, () =>
        {
            var victim = run.Cluster.Members[^1];
            images = victim.Images.Count;
            run.Cluster.Kill(victim);
        });
        run.Run();
        var again = run.Tally.Reencodes.Select(one => one.Image).Distinct().Count();
        var twice = run.Tally.Reencodes.Count - again;
        var stalled = run.Tally.Samples.Count(sample => sample.Milliseconds > 1000);
        var row = Row.Of(run, ("silos", $"{Silos}")).With(
            ("its share of images", images / (double)run.Images), ("share encoded again", again / (double)run.Images), ("encoded again twice", twice),
            ("answered after more than 1 s", stalled), ("longest, ms", run.Tally.Quantile(1)));
        watched($"{Silos} silos, one dies");
        return new(
            Name, "What does a death cost?", [row],
            [string.Create(CultureInfo.InvariantCulture,
                $"It was home to {row["its share of images"]:P1} of the images; {row["share encoded again"]:P1} are encoded again, {twice} of them more than once. {stalled} questions waited more than a second, the longest {row["longest, ms"] / 1000:0.0} s (the death is noticed after {options.Service.DetectionMs / 1000:0.0} s); {row["shed"]:0} were refused.")],
            [("death", Timeline.Of(run, "A silo dies", (dies, "kill -9"), (dies + (options.Service.DetectionMs / 1000), "noticed")))]);
    }
}
