using Loupe.Bench.Autoscale.Horizontal;

namespace Loupe.Bench.Autoscale;

/// <summary>How autoscaling is rehearsed. Every default is stated.</summary>
internal sealed record AutoscaleOptions
{
    /// <summary>Slow enough that the devices decide, and not the processors of this machine: five pictures a second and silo.</summary>
    public string Device { get; init; } = "simulated:encode=200ms,region=10ms,step=2ms";

    /// <summary>Of the load curve.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(480);

    /// <summary>Visits a second at the quiet ends. A visit uploads a new picture and asks two questions about it.</summary>
    public double Low { get; init; } = 1.5;

    /// <summary>Visits a second at the height.</summary>
    public double High { get; init; } = 10;

    /// <summary>How many times faster than in k8s/components/hpa everything goes: windows, periods, rounds, scrapes.</summary>
    public double Haste { get; init; } = 6;

    /// <summary>How long a visitor tries before giving an operation up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    public int Seed { get; init; } = 1;

    /// <summary>What k8s/components/hpa/silo.yaml says, in the time of a cluster; a test holds the two together.</summary>
    public static ScalingRules Written { get; } = new()
    {
        MinReplicas = 2,
        MaxReplicas = 8,
        Metrics = [new("loupe_saturation", 0.5), new("loupe_device_busy_ratio", 0.7)],
        Up = new(TimeSpan.Zero, [new(PolicyKind.Pods, 2, TimeSpan.FromSeconds(60)), new(PolicyKind.Percent, 50, TimeSpan.FromSeconds(60))]),
        Down = new(TimeSpan.FromSeconds(300), [new(PolicyKind.Pods, 1, TimeSpan.FromSeconds(120))], TakesLeast: true),
    };

    /// <summary>The queries of k8s/components/hpa/prometheus-adapter-values.yaml, by metric, as the adapter fills them in.</summary>
    public static IReadOnlyDictionary<string, string> WrittenQueries { get; } = new Dictionary<string, string>
    {
        ["loupe_saturation"] = "max by (<<.GroupBy>>) (clamp_max(avg_over_time(<<.Series>>{<<.LabelMatchers>>}[30s]), 2))",
        ["loupe_device_busy_ratio"] = "max by (<<.GroupBy>>) (avg_over_time(<<.Series>>{<<.LabelMatchers>>}[30s]))",
    };

    /// <summary>Over which time they average.</summary>
    public static TimeSpan WrittenAverage { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two rounds of the autoscaler, as Kubernetes does by default.</summary>
    public static TimeSpan WrittenRound { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two scrapes, as k8s/components/pod-monitor says.</summary>
    public static TimeSpan WrittenScrape { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The rules at the haste of this rehearsal.</summary>
    public ScalingRules Rules => Written with { Up = Hasten(Written.Up), Down = Hasten(Written.Down) };

    /// <summary>A time of a cluster at the haste of this rehearsal.</summary>
    public TimeSpan Hasten(TimeSpan time) => time / Haste;

    private ScalingBehaviour Hasten(ScalingBehaviour behaviour) => behaviour with
    {
        Window = Hasten(behaviour.Window),
        Policies = [.. behaviour.Policies.Select(policy => policy with { Period = Hasten(policy.Period) })],
    };
}
