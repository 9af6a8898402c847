using System.Globalization;
using Loupe.Bench.Charts;

namespace Loupe.Bench.Simulation.Scenarios;

/// <summary>The same load per silo on ever more silos.</summary>
internal sealed class ScaleScenario : IScenario
{
    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64];
    private static readonly double[] Exponents = [0, 1.0];

    public string Name => "scale";

    public ScenarioResult Run(SimulationOptions start, Action<string> watched)
    {
        List<Row> rows = [];
        List<(string, IReadOnlyList<(double, double)>)> latencies = [];
        foreach (var zipf in Exponents)
        {
            List<(double, double)> line = [];
            foreach (var silos in Sizes)
            {
                using var run = new SimulatedRun(start with { Silos = silos, Zipf = zipf });
                run.Run();
                var row = Row.Of(run, ("silos", $"{silos}"), ("popularity", Popularities.Name(zipf)));
                rows.Add(row.With(("answered/s ÷ asked/s", row["answered"] / start.Seconds / run.Rate)));
                line.Add((silos, row["p99 ms"]));
                watched($"{silos} silos, {Popularities.Name(zipf)}");
            }

            latencies.Add(($"p99, {Popularities.Name(zipf)}", line));
        }

        var findings = Exponents.Select(zipf =>
        {
            var of = rows.Where(row => row.Setting[1].Value == Popularities.Name(zipf)).ToList();
            return string.Create(CultureInfo.InvariantCulture,
                $"{Popularities.Name(zipf)}: with 64 times the silos and the load, p99 is {of[^1]["p99 ms"]:0.0} ms against {of[0]["p99 ms"]:0.0} ms on one; busiest over mean {of[^1]["imbalance"]:0.00}.");
        });
        return new(
            Name, "Does a cluster of more silos answer proportionally more, as fast?", rows, [.. findings],
            [("scale-p99", new LineChart { Title = "Latency as silos and load grow together", X = "silos", Y = "p99, ms", Lines = latencies })]);
    }
}
