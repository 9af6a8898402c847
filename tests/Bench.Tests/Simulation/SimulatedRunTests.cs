using Loupe.Bench.Simulation;

namespace Loupe.Bench.Tests.Simulation;

public sealed class SimulatedRunTests
{
    private static readonly SimulationOptions Small = new() { Silos = 4, ImagesPerSilo = 50, WarmUp = 1, Seconds = 3 };

    [Fact]
    public void The_same_seed_gives_the_same_run_and_another_another()
    {
        Assert.Equal(Latencies(Small), Latencies(Small));
        Assert.NotEqual(Latencies(Small), Latencies(Small with { Seed = 2 }));
    }

    [Fact]
    public void A_cluster_that_nothing_happens_to_answers_everything_and_encodes_nothing_again()
    {
        var run = new SimulatedRun(Small);
        run.Run();
        Assert.InRange(run.Tally.Samples.Count, run.Rate * Small.Seconds * 0.8, run.Rate * Small.Seconds * 1.2);
        Assert.Equal((0, 0, 0), (run.Tally.Shed, run.Tally.Encodes, run.Tally.Transfers));
    }

    [Fact]
    public void A_death_costs_the_encodings_of_its_images_and_no_answers()
    {
        var options = Small with { Seconds = 30 };
        var run = new SimulatedRun(options);
        HashSet<int> lost = [];
        run.At(3, () =>
        {
            var victim = run.Cluster.Members[0];
            lost = [.. victim.Images];
            run.Cluster.Kill(victim);
        });
        run.Run();
        Assert.NotEmpty(lost);
        Assert.NotEmpty(run.Tally.Reencodes);
        Assert.All(run.Tally.Reencodes, again => Assert.Contains(again, lost));
        Assert.InRange(run.Tally.Samples.Count, run.Rate * options.Seconds * 0.9, run.Rate * options.Seconds * 1.1);
    }

    [Fact]
    public void A_drain_with_hand_off_costs_no_encoding_at_all()
    {
        var run = new SimulatedRun(Small);
        run.At(2, () => run.Cluster.Drain(run.Cluster.Members[^1]));
        run.Run();
        Assert.Equal(3, run.Cluster.Members.Count);
        Assert.Empty(run.Tally.Reencodes);
    }

    [Fact]
    public void Without_replication_an_image_never_leaves_its_home()
    {
        var run = new SimulatedRun(Small with { Zipf = 1.4, Replication = false, Load = 0.9 });
        run.Run();
        Assert.Equal(0, run.Tally.Transfers);
    }

    private static IReadOnlyList<double> Latencies(SimulationOptions options)
    {
        var run = new SimulatedRun(options);
        run.Run();
        return [.. run.Tally.Samples.Select(sample => sample.Milliseconds)];
    }
}
