using System.Globalization;
using Loupe.Bench.Charts;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;

namespace Loupe.Bench.Simulation;

/// <summary>A setting and what the run showed: names with figures, in the order of the table's columns.</summary>
internal sealed record Row(string Setting, IReadOnlyList<(string Name, double Value)> Figures)
{
    public static Row Of(string setting, SimulatedRun run, params (string, double)[] more) => new(
        setting,
        [
            ("asked/s", run.Rate), ("answered", run.Tally.Samples.Count), ("shed", run.Tally.Shed), ("p50 ms", run.Tally.Quantile(0.5)),
            ("p99 ms", run.Tally.Quantile(0.99)), ("re-encodes", run.Tally.Reencodes.Count), ("transfers", run.Tally.Transfers),
            ("imbalance", run.Imbalance), .. more,
        ]);
}

/// <summary>Questions about a cluster, each answered by runs that differ in one thing.</summary>
internal static class Scenarios
{
    private const int Silos = 8;

    /// <summary>By name: what each asks, and its rows.</summary>
    public static IReadOnlyDictionary<string, (string Question, Func<SimulationOptions, IEnumerable<Row>> Run)> All { get; } =
        new Dictionary<string, (string, Func<SimulationOptions, IEnumerable<Row>>)>
        {
            ["scale"] = ("Does a cluster of more silos answer proportionally more, as fast?", Scale),
            ["hot"] = (
                "How much slower are questions about popular images than questions about all alike? (p99 ÷ uniform p99: at most 2)", Hot),
            ["join"] = ("Does a silo that joins take its share, and is anything computed again for it?", Join),
            ["drain"] = ("Is anything computed again when a silo leaves?", Drain),
            ["death"] = ("What does a death cost?", Death),
        };

    /// <summary>How the ratio of <c>hot</c> grows, images spreading or not.</summary>
    public static LineChart HotChart(IReadOnlyList<Row> rows) => new()
    {
        Title = "p99 of skewed questions over p99 of uniform ones",
        X = "Zipf exponent",
        Y = "ratio",
        Lines =
        [
            .. rows.GroupBy(row => row.Setting[..row.Setting.IndexOf(", Zipf", StringComparison.Ordinal)])
                .Select(
                    group =>
                        (group.Key, (IReadOnlyList<(double, double)>)[.. group.Select(row => (Exponent(row), row.Figures[^1].Value))])),
        ],
        AtLeast = 2,
    };

    private static double Exponent(Row row) =>
        double.Parse(row.Setting[(row.Setting.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private static IEnumerable<Row> Scale(SimulationOptions start) =>
        from zipf in new[] { 0, 1.0 }
        from silos in new[] { 1, 2, 4, 8, 16, 32, 64 }
        let run = Ran(start with { Silos = silos, Zipf = zipf })
        select Row.Of(Text($"{silos} silos, Zipf {zipf:0.0}"), run);

    private static IEnumerable<Row> Hot(SimulationOptions start)
    {
        foreach (var silos in (int[])[2, 8, 32])
        {
            foreach (var spreads in (bool[])[true, false])
            {
                var uniform = double.NaN;
                foreach (var zipf in (double[])[0, 0.8, 1.0, 1.2, 1.4])
                {
                    var run = Ran(start with { Silos = silos, Zipf = zipf, Replication = spreads });
                    uniform = zipf == 0 ? run.Tally.Quantile(0.99) : uniform;
                    yield return Row.Of(
                        Text($"{silos} silos, {(spreads ? "images may spread" : "images stay at home")}, Zipf {zipf:0.0}"), run,
                        ("hottest p99 ÷ uniform p99", run.Tally.Quantile(0.99, sample => sample.Image == 0) / uniform),
                        ("p99 ÷ uniform p99", run.Tally.Quantile(0.99) / uniform));
                }
            }
        }
    }

    private static IEnumerable<Row> Join(SimulationOptions start)
    {
        SimulatedSilo? newcomer = null;
        Dictionary<SimulatedSilo, double> before = [];
        var run = Ran(start with { Silos = Silos }, 0.5, cluster =>
        {
            newcomer = cluster.Join();
            before = cluster.Silos.ToDictionary(silo => silo, silo => silo.BusySeconds);
        });
        var worked = before.Sum(silo => silo.Key.BusySeconds - silo.Value);
        yield return Row.Of(
            $"{Silos} silos and one more", run,
            ("share of images that moved", Moved(run, newcomer!)), ("1/n", 1.0 / (Silos + 1)),
            ("newcomer's share of device time", (newcomer!.BusySeconds - before[newcomer]) / worked));
    }

    private static IEnumerable<Row> Drain(SimulationOptions start)
    {
        foreach (var handOff in (bool[])[true, false])
        {
            var images = 0;
            var run = Ran(start with { Silos = Silos, Zipf = 1.0, HandOff = handOff }, 0.33, cluster =>
            {
                images = cluster.Members[^1].Images.Count();
                cluster.Drain(cluster.Members[^1]);
            });
            yield return Row.Of(
                $"{Silos} silos, one leaves, hand-off {(handOff ? "on" : "off")}", run,
                ("its images", images), ("re-encodes of hot images", run.Tally.HotReencodes));
        }
    }

    private static IEnumerable<Row> Death(SimulationOptions start)
    {
        // Long enough for every image to be asked about again after the death.
        var options = start with { Silos = Silos, Seconds = Math.Max(start.Seconds, 12) + (2 * start.DetectionMs / 1000) };
        var images = 0;
        var run = Ran(options, 0.25, cluster =>
        {
            images = cluster.Members[^1].Images.Count();
            cluster.Kill(cluster.Members[^1]);
        });
        yield return Row.Of(
            Text($"{Silos} silos, one dies, noticed after {options.DetectionMs / 1000:0.0} s"), run,
            ("its images", images), ("images encoded again", run.Tally.Reencodes.Distinct().Count()),
            ("answered after more than 1 s", run.Tally.Samples.Count(sample => sample.Milliseconds > 1000)),
            ("longest, ms", run.Tally.Quantile(1)));
    }

    private static SimulatedRun Ran(SimulationOptions options, double at = 0, Action<SimulatedCluster>? happens = null)
    {
        var run = new SimulatedRun(options);
        if (happens is not null)
        {
            run.At(options.WarmUp + (options.Seconds * at), () => happens(run.Cluster));
        }

        run.Run();
        return run;
    }

    /// <summary>By placement alone, with every silo idle; images move to the newcomer or not at all.</summary>
    private static double Moved(SimulatedRun run, SimulatedSilo newcomer)
    {
        Candidate[] after = [.. run.Cluster.Silos.Select(silo => new Candidate(silo.Name, 1, 0))];
        Candidate[] before = [.. after.Where(silo => silo.Name != newcomer.Name)];
        var bound = new LoadBound(1, 1.25);
        return Enumerable.Range(0, run.Images).Count(image =>
        {
            var key = new ImageAddress(SimulatedCluster.KeyOf(image), SimulatedCluster.Digest).ToString();
            return ImagePlacement.Choose(key, before, bound) != ImagePlacement.Choose(key, after, bound);
        }) / (double)run.Images;
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
