namespace Loupe.K8s.Tests.Scaling;

/// <summary>How the manifests scale, as the pure model of Kubernetes' autoscaler reads it.</summary>
internal static class WrittenScaling
{
    /// <summary>What k8s/components/hpa/silo.yaml says; tests hold the two together.</summary>
    public static ScalingRules Rules { get; } = new()
    {
        MinReplicas = 2,
        MaxReplicas = 8,
        Metrics = [new("loupe_saturation", 0.5), new("loupe_device_busy_ratio", 0.7)],
        Up = new(TimeSpan.Zero, [new(PolicyKind.Pods, 2, TimeSpan.FromSeconds(60)), new(PolicyKind.Percent, 50, TimeSpan.FromSeconds(60))]),
        Down = new(TimeSpan.FromSeconds(300), [new(PolicyKind.Pods, 1, TimeSpan.FromSeconds(120))], TakesLeast: true),
    };

    /// <summary>The queries of k8s/components/hpa/prometheus-adapter-values.yaml, by metric, as the adapter fills them in.</summary>
    public static IReadOnlyDictionary<string, string> Queries { get; } = new Dictionary<string, string>
    {
        ["loupe_saturation"] = "max by (<<.GroupBy>>) (clamp_max(avg_over_time(<<.Series>>{<<.LabelMatchers>>}[30s]), 2))",
        ["loupe_device_busy_ratio"] = "max by (<<.GroupBy>>) (avg_over_time(<<.Series>>{<<.LabelMatchers>>}[30s]))",
    };

    /// <summary>Over which time they average.</summary>
    public static TimeSpan Average { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two scrapes, as k8s/components/pod-monitor says.</summary>
    public static TimeSpan Scrape { get; } = TimeSpan.FromSeconds(10);
}
