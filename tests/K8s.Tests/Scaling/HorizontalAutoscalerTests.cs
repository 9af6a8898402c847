namespace Loupe.K8s.Tests.Scaling;

public sealed class HorizontalAutoscalerTests
{
    private static readonly ScalingBehaviour Free = new(TimeSpan.Zero, []);

    private static readonly ScalingRules Rules = new()
    {
        MinReplicas = 1,
        MaxReplicas = 10,
        Metrics = [new("queue", 0.5)],
        Up = Free,
        Down = Free,
    };

    [Fact]
    public void It_stays_within_its_bounds()
    {
        var autoscaler = new HorizontalAutoscaler(Rules with { MinReplicas = 2, MaxReplicas = 5 });
        Assert.Equal(5, Decide(autoscaler, 0, 4, 2.0));
        Assert.Equal(2, Decide(autoscaler, 1, 4, 0.0));
    }

    [Fact]
    public void A_count_outside_the_bounds_is_put_inside_without_a_metric()
    {
        var autoscaler = new HorizontalAutoscaler(Rules with { MinReplicas = 2, MaxReplicas = 5 });
        Assert.Equal(2, autoscaler.Decide(TimeSpan.Zero, 0, [], new Dictionary<string, IReadOnlyDictionary<string, double>>()));
        Assert.Equal(5, autoscaler.Decide(TimeSpan.Zero, 9, [], new Dictionary<string, IReadOnlyDictionary<string, double>>()));
    }

    [Fact]
    public void A_window_takes_the_largest_proposal_in_it_before_it_scales_down()
    {
        var autoscaler = new HorizontalAutoscaler(Rules with { Down = new(TimeSpan.FromSeconds(60), []) });
        Assert.Equal(4, Decide(autoscaler, 0, 4, 0.5));
        Assert.Equal(4, Decide(autoscaler, 15, 4, 0.1));
        Assert.Equal(4, Decide(autoscaler, 45, 4, 0.1));
        Assert.Equal(1, Decide(autoscaler, 60, 4, 0.1));
    }

    [Fact]
    public void A_dip_shorter_than_the_window_costs_nothing()
    {
        var autoscaler = new HorizontalAutoscaler(Rules with { Down = new(TimeSpan.FromSeconds(60), []) });
        Assert.Equal(4, Decide(autoscaler, 0, 4, 0.5));
        Assert.Equal(4, Decide(autoscaler, 30, 4, 0.1));
        Assert.Equal(4, Decide(autoscaler, 50, 4, 0.5));
        Assert.Equal(4, Decide(autoscaler, 80, 4, 0.1));
        Assert.Equal(1, Decide(autoscaler, 111, 4, 0.1));
    }

    [Fact]
    public void A_window_takes_the_smallest_proposal_in_it_before_it_scales_up()
    {
        var autoscaler = new HorizontalAutoscaler(Rules with { Up = new(TimeSpan.FromSeconds(30), []) });
        Assert.Equal(2, Decide(autoscaler, 0, 2, 0.5));
        Assert.Equal(2, Decide(autoscaler, 15, 2, 2.0));
        Assert.Equal(6, Decide(autoscaler, 31, 2, 1.5));
    }

    [Fact]
    public void Policies_slow_it_down_on_the_way_up()
    {
        var policies = new ScalingPolicy[]
        {
            new(PolicyKind.Pods, 2, TimeSpan.FromSeconds(60)),
            new(PolicyKind.Percent, 50, TimeSpan.FromSeconds(60)),
        };
        var autoscaler = new HorizontalAutoscaler(Rules with { Up = new(TimeSpan.Zero, policies) });

        // Two more, or half as many again, whichever is more, than there were a minute ago.
        Assert.Equal(4, Decide(autoscaler, 0, 2, 2.0));
        Assert.Equal(4, Decide(autoscaler, 30, 4, 2.0));
        Assert.Equal(6, Decide(autoscaler, 61, 4, 2.0));
        Assert.Equal(9, Decide(autoscaler, 122, 6, 2.0));
        Assert.Equal(10, Decide(autoscaler, 183, 9, 2.0));
    }

    [Fact]
    public void The_least_of_the_policies_is_taken_where_that_is_said()
    {
        var policies = new ScalingPolicy[]
        {
            new(PolicyKind.Pods, 4, TimeSpan.FromSeconds(60)),
            new(PolicyKind.Percent, 50, TimeSpan.FromSeconds(60)),
        };
        Assert.Equal(3, Decide(new(Rules with { Up = new(TimeSpan.Zero, policies, TakesLeast: true) }), 0, 2, 2.0));
        Assert.Equal(6, Decide(new(Rules with { Up = new(TimeSpan.Zero, policies) }), 0, 2, 2.0));
        Assert.Equal(6, Decide(new(Rules with { Down = new(TimeSpan.Zero, policies, TakesLeast: true) }), 0, 10, 0.0));
        Assert.Equal(5, Decide(new(Rules with { Down = new(TimeSpan.Zero, policies) }), 0, 10, 0.0));
    }

    [Fact]
    public void One_pod_a_period_goes_on_the_way_down()
    {
        var autoscaler = new HorizontalAutoscaler(
            Rules with { Down = new(TimeSpan.Zero, [new(PolicyKind.Pods, 1, TimeSpan.FromSeconds(120))]) });
        Assert.Equal(4, Decide(autoscaler, 0, 5, 0.0));
        Assert.Equal(4, Decide(autoscaler, 60, 4, 0.0));
        Assert.Equal(3, Decide(autoscaler, 120, 4, 0.0));
    }

    [Fact]
    public void What_came_in_a_period_may_go_in_it_too()
    {
        var autoscaler = new HorizontalAutoscaler(
            Rules with { Down = new(TimeSpan.Zero, [new(PolicyKind.Pods, 1, TimeSpan.FromSeconds(120))]) });
        Assert.Equal(6, Decide(autoscaler, 0, 3, 1.0));

        // Three were there when the period began, so two may be left.
        Assert.Equal(2, Decide(autoscaler, 30, 6, 0.0));
    }

    [Fact]
    public void The_metric_that_asks_for_most_wins()
    {
        var autoscaler = new HorizontalAutoscaler(Rules with { Metrics = [new("queue", 0.5), new("busy", 0.7)] });
        Assert.Equal(4, autoscaler.Decide(TimeSpan.Zero, 4, Pods(4), Values(4, ("queue", 0.0), ("busy", 0.68))));
        Assert.Equal(8, autoscaler.Decide(TimeSpan.Zero, 4, Pods(4), Values(4, ("queue", 1.0), ("busy", 0.68))));
    }

    [Fact]
    public void A_metric_that_cannot_be_read_keeps_it_from_scaling_down_but_not_up()
    {
        var autoscaler = new HorizontalAutoscaler(Rules with { Metrics = [new("queue", 0.5), new("busy", 0.7)] });
        Assert.Equal(4, autoscaler.Decide(TimeSpan.Zero, 4, Pods(4), Values(4, ("queue", 0.0))));
        Assert.Equal(8, autoscaler.Decide(TimeSpan.Zero, 4, Pods(4), Values(4, ("queue", 1.0))));
        Assert.Equal(4, autoscaler.Decide(TimeSpan.Zero, 4, Pods(4), new Dictionary<string, IReadOnlyDictionary<string, double>>()));
    }

    private static int Decide(HorizontalAutoscaler autoscaler, double at, int current, double average) =>
        autoscaler.Decide(TimeSpan.FromSeconds(at), current, Pods(current), Values(current, ("queue", average)));

    private static List<PodState> Pods(int count) => [.. Enumerable.Range(0, count).Select(i => new PodState($"pod-{i}"))];

    private static Dictionary<string, IReadOnlyDictionary<string, double>> Values(
        int pods, params (string Metric, double Value)[] metrics) =>
        metrics.ToDictionary(
            metric => metric.Metric,
            metric => (IReadOnlyDictionary<string, double>)Enumerable.Range(0, pods).ToDictionary(i => $"pod-{i}", _ => metric.Value));
}
