namespace Loupe.K8s.Tests.Scaling;

/// <summary>What a HorizontalPodAutoscaler (autoscaling/v2) is told: bounds, metrics and behaviour.</summary>
internal sealed record ScalingRules
{
    public required int MinReplicas { get; init; }

    public required int MaxReplicas { get; init; }

    /// <summary>Each proposes a count, and the largest wins.</summary>
    public required IReadOnlyList<PodsMetric> Metrics { get; init; }

    public required ScalingBehaviour Up { get; init; }

    public required ScalingBehaviour Down { get; init; }

    /// <summary>A ratio of metric and target this close to 1 changes nothing. Kubernetes' default: 0.1.</summary>
    public double Tolerance { get; init; } = 0.1;
}

/// <summary>A metric of type Pods with an average over them as its target.</summary>
/// <param name="Name">As the custom metrics API names it.</param>
/// <param name="Target">averageValue.</param>
internal sealed record PodsMetric(string Name, double Target);

/// <summary>How fast it may go one way.</summary>
/// <param name="Window">stabilizationWindowSeconds: the most careful of the proposals in it counts.</param>
/// <param name="Policies">What may change in a period.</param>
/// <param name="TakesLeast">selectPolicy Min: of the policies the one that changes least, else the one that changes most.</param>
internal sealed record ScalingBehaviour(TimeSpan Window, IReadOnlyList<ScalingPolicy> Policies, bool TakesLeast = false);

internal enum PolicyKind
{
    Pods,
    Percent,
}

/// <summary>So many pods, or so much of what was there, in a period.</summary>
internal sealed record ScalingPolicy(PolicyKind Kind, int Value, TimeSpan Period);

/// <summary>A pod as the autoscaler sees it.</summary>
/// <param name="Name">As metrics name it.</param>
/// <param name="IsPending">Its containers have not started.</param>
/// <param name="IsLeaving">It is being deleted, or has failed: it is not counted at all.</param>
internal sealed record PodState(string Name, bool IsPending = false, bool IsLeaving = false);
