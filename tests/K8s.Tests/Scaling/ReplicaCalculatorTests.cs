namespace Loupe.K8s.Tests.Scaling;

/// <summary>Each expectation is worked out by hand from what Kubernetes documents.</summary>
public sealed class ReplicaCalculatorTests
{
    private static readonly PodsMetric Metric = new("m", 0.5);

    [Theory]
    [InlineData(2, 1.0, 4)]
    [InlineData(2, 0.6, 3)]
    [InlineData(4, 0.25, 2)]
    [InlineData(3, 0.1, 1)]
    [InlineData(3, 0.0, 0)]
    public void It_is_the_count_times_the_ratio_rounded_up(int pods, double average, int expected) =>
        Assert.Equal(expected, Propose(pods, [.. Enumerable.Repeat<double?>(average, pods)]));

    [Theory]
    [InlineData(0.46)]
    [InlineData(0.5)]
    [InlineData(0.54)]
    public void A_ratio_within_the_tolerance_changes_nothing(double average) =>
        Assert.Equal(10, Propose(10, [.. Enumerable.Repeat<double?>(average, 10)]));

    [Fact]
    public void A_ratio_beyond_the_tolerance_changes_something()
    {
        Assert.Equal(12, Propose(10, [.. Enumerable.Repeat<double?>(0.56, 10)]));
        Assert.Equal(9, Propose(10, [.. Enumerable.Repeat<double?>(0.44, 10)]));
    }

    [Fact]
    public void Pods_that_load_are_not_idle_when_fewer_are_asked_for()
    {
        // Two at 0.25 and two that tell nothing: taken for idle they would make (0.5 / 4) / 0.5 × 4 = 1. At their target
        // they make (0.5 + 1) / 4 / 0.5 = 0.75, and 3.
        Assert.Equal(3, Propose(4, [0.25, 0.25, null, null]));
    }

    [Fact]
    public void Pods_that_load_hold_back_further_ones()
    {
        // Two at 0.8 alone would ask for 4; with two at nothing it is 1.6 / 4 / 0.5 = 0.8, which would turn the direction.
        Assert.Equal(4, Propose(4, [0.8, 0.8, null, null]));

        // Two at 2 are more than four can do: 4 / 4 / 0.5 = 2, so 8.
        Assert.Equal(8, Propose(4, [2, 2, null, null]));
    }

    [Fact]
    public void Pending_pods_count_as_nothing_when_more_are_asked_for_and_not_at_all_otherwise()
    {
        PodState[] pods = [new("a"), new("b"), new("c", IsPending: true)];
        Assert.Equal(4, ReplicaCalculator.Propose(Metric, 0.1, 3, pods, new Dictionary<string, double> { ["a"] = 1, ["b"] = 1 }));
        Assert.Equal(1, ReplicaCalculator.Propose(Metric, 0.1, 3, pods, new Dictionary<string, double> { ["a"] = 0.2, ["b"] = 0.2 }));
    }

    [Fact]
    public void Pods_that_leave_do_not_count()
    {
        PodState[] pods = [new("a"), new("b"), new("c", IsLeaving: true)];
        Assert.Equal(
            4, ReplicaCalculator.Propose(Metric, 0.1, 2, pods, new Dictionary<string, double> { ["a"] = 1, ["b"] = 1, ["c"] = 0 }));
    }

    [Fact]
    public void Without_any_value_nothing_is_proposed() => Assert.Null(Propose(2, [null, null]));

    private static int? Propose(int current, double?[] values)
    {
        var pods = Enumerable.Range(0, values.Length).Select(i => new PodState($"pod-{i}")).ToList();
        return ReplicaCalculator.Propose(
            Metric, 0.1, current, pods,
            values.Index().Where(entry => entry.Item is not null).ToDictionary(entry => $"pod-{entry.Index}", entry => entry.Item!.Value));
    }
}
