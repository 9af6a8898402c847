using System.Globalization;
using Loupe.Grains.Placement;

namespace Loupe.Bench.Simulation.Scenarios;

/// <summary>A silo joins halfway.</summary>
internal sealed class JoinScenario : IScenario
{
    private const int Silos = 8;

    public string Name => "join";

    public ScenarioResult Run(SimulationOptions start, Action<string> watched)
    {
        var options = start with { Silos = Silos };
        using var run = new SimulatedRun(options);
        var joins = options.WarmUp + (options.Seconds / 2);
        SimulatedSilo? newcomer = null;
        Dictionary<SimulatedSilo, double> before = [];
        run.At(joins, () =>
        {
            newcomer = run.Cluster.Join();
            before = run.Cluster.Silos.ToDictionary(silo => silo, silo => silo.BusySeconds);
        });
        run.Run();
        var busy = before.ToDictionary(entry => entry.Key, entry => entry.Key.BusySeconds - entry.Value);
        var moved = Moved(run.Images, [.. run.Cluster.Silos.Where(silo => silo != newcomer)], newcomer!);
        var row = Row.Of(run, ("silos", $"{Silos} → {Silos + 1}")).With(
            ("share of images that moved", moved),
            ("1/n", 1.0 / (Silos + 1)),
            ("newcomer's share of device time", busy[newcomer!] / busy.Values.Sum()));
        watched($"{Silos} silos and one more");
        return new(
            Name, "Does a silo that joins take its share, and is anything computed again for it?", [row],
            [string.Create(CultureInfo.InvariantCulture,
                $"The newcomer becomes home to {moved:P1} of the images (1/n is {row["1/n"]:P1}) and does {row["newcomer's share of device time"]:P1} of the work; {row["re-encodes"]:0} images are encoded again, {row["transfers"]:0} are pulled.")],
            [("join", Timeline.Of(run, "A silo joins", (joins, "joins")))]);
    }

    /// <summary>By placement alone, with every silo idle; images move to the newcomer or not at all.</summary>
    private static double Moved(int images, IReadOnlyList<SimulatedSilo> old, SimulatedSilo newcomer)
    {
        Candidate[] before = [.. old.Select(silo => new Candidate(silo.Name, 1, 0))];
        Candidate[] after = [.. before, new Candidate(newcomer.Name, 1, 0)];
        var bound = new LoadBound(1, 1.25);
        return Enumerable.Range(0, images).Count(image =>
        {
            var key = new Grains.Keys.ImageAddress(SimulatedCluster.KeyOf(image), SimulatedCluster.Digest).ToString();
            return ImagePlacement.Choose(key, before, bound) != ImagePlacement.Choose(key, after, bound);
        }) / (double)images;
    }
}
