using System.Globalization;

namespace Loupe.Bench.Simulation.Scenarios;

/// <summary>A silo is asked to leave, and does or does not hand over its features first.</summary>
internal sealed class DrainScenario : IScenario
{
    private const int Silos = 8;

    public string Name => "drain";

    public ScenarioResult Run(SimulationOptions start, Action<string> watched)
    {
        List<Row> rows = [];
        List<string> findings = [];
        List<(string, Charts.LineChart)> charts = [];
        foreach (var handOff in (bool[])[true, false])
        {
            var options = start with { Silos = Silos, Zipf = 1.0, HandOff = handOff };
            using var run = new SimulatedRun(options);
            var leaves = options.WarmUp + (options.Seconds / 3);
            var images = 0;
            run.At(leaves, () =>
            {
                var leaving = run.Cluster.Members[^1];
                images = leaving.Images.Count;
                run.Cluster.Drain(leaving);
            });
            run.Run();
            var row = Row.Of(run, ("hand-off", handOff ? "on" : "off")).With(("its images", images), ("re-encodes of hot images", run.Tally.HotReencodes));
            rows.Add(row);
            findings.Add(string.Create(CultureInfo.InvariantCulture,
                $"Hand-off {(handOff ? "on" : "off")}: of the {images} images of the silo that leaves, {row["re-encodes"]:0} are encoded again, {row["re-encodes of hot images"]:0} of them hot; p99 {row["p99 ms"]:0.0} ms; {row["shed"]:0} refused."));
            charts.Add(($"drain-hand-off-{(handOff ? "on" : "off")}", Timeline.Of(run, $"A silo leaves, hand-off {(handOff ? "on" : "off")}", (leaves, "SIGTERM"))));
            watched($"{Silos} silos, one leaves, hand-off {(handOff ? "on" : "off")}");
        }

        return new(Name, "Is anything computed again when a silo leaves?", rows, findings, charts);
    }
}
