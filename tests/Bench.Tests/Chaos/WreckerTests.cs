using Loupe.Bench.Chaos;
using Loupe.Bench.History;

namespace Loupe.Bench.Tests.Chaos;

public sealed class WreckerTests
{
    [Fact]
    public void A_silo_is_killed_every_so_often_and_one_drained_in_the_middle()
    {
        var plan = Wrecker.Plan(new ChaosOptions { Duration = TimeSpan.FromSeconds(180), KillEvery = TimeSpan.FromSeconds(20) });

        Assert.Equal([20, 40, 60, 80, 100, 120, 140, 160], plan.Select(step => step.At));
        Assert.Equal(100, Assert.Single(plan, step => step.Kind == DisturbanceKind.Drain).At);
    }

    [Fact]
    public void A_run_too_short_for_both_has_only_the_kill() =>
        Assert.Equal(
            [(5, DisturbanceKind.Kill)],
            Wrecker.Plan(new ChaosOptions { Duration = TimeSpan.FromSeconds(8), KillEvery = TimeSpan.FromSeconds(5) }));
}
