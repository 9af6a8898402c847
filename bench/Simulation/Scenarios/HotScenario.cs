using System.Globalization;
using Loupe.Bench.Charts;

namespace Loupe.Bench.Simulation.Scenarios;

/// <summary>A few images get most of the questions, with and without spreading them beyond their homes.</summary>
internal sealed class HotScenario : IScenario
{
    private static readonly int[] Sizes = [2, 8, 32];
    private static readonly double[] Exponents = [0, 0.8, 1.0, 1.2, 1.4];

    public string Name => "hot";

    public ScenarioResult Run(SimulationOptions start, Action<string> watched)
    {
        List<Row> rows = [];
        List<string> findings = [];
        List<(bool Replication, string Name, IReadOnlyList<(double, double)> Points)> lines = [];
        foreach (var silos in Sizes)
        {
            foreach (var replication in (bool[])[true, false])
            {
                List<(double, double)> line = [];
                var uniform = double.NaN;
                foreach (var zipf in Exponents)
                {
                    using var run = new SimulatedRun(start with { Silos = silos, Zipf = zipf, Replication = replication });
                    run.Run();
                    var row = Row.Of(run, ("silos", $"{silos}"), ("popularity", Popularities.Name(zipf)), ("replication", replication ? "on" : "off"));
                    // A refused question waited longer than any answered one.
                    uniform = zipf == 0 ? row["p99 ms"] : uniform;
                    var hottest = run.Tally.Quantile(0.99, sample => sample.Image == 0);
                    row = row.With(("p99 of the hottest image, ms", hottest), ("p99 ÷ uniform p99", row["p99 ms"] / uniform), ("hottest p99 ÷ uniform p99", hottest / uniform));
                    rows.Add(row);
                    line.Add((zipf, row["p99 ÷ uniform p99"]));
                    watched($"{silos} silos, {Popularities.Name(zipf)}, replication {(replication ? "on" : "off")}");
                    if (zipf is 1.2)
                    {
                        findings.Add(string.Create(CultureInfo.InvariantCulture,
                            $"{silos} silos, Zipf 1.2, replication {(replication ? "on" : "off")}: p99 is {row["p99 ÷ uniform p99"]:0.00} of uniform's (target ≤ 2), the hottest image's {row["hottest p99 ÷ uniform p99"]:0.00}; {row["shed"]:0} refused."));
                    }
                }

                lines.Add((replication, $"{silos} silos", line));
            }
        }

        return new(
            Name, "How much slower are questions about popular images than questions about all alike?", rows, findings,
            [("hot-p99", Chart(true, "images may spread")), ("hot-p99-off", Chart(false, "images stay at home"))]);

        LineChart Chart(bool replication, string what) => new()
        {
            Title = $"p99 of skewed questions over p99 of uniform ones; {what}",
            X = "Zipf exponent",
            Y = "ratio",
            Lines = [.. lines.Where(line => line.Replication == replication).Select(line => (line.Name, line.Points))],
            AtLeast = 2,
        };
    }
}
