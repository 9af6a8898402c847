namespace Loupe.K8s.Tests.Scaling;

/// <summary>
/// The published algorithm of Kubernetes' HorizontalPodAutoscaler, round by round: the largest proposal of the metrics,
/// held steady by the windows, slowed down by the policies. It remembers its proposals and changes, and has no clock.
/// </summary>
internal sealed class HorizontalAutoscaler(ScalingRules rules)
{
    private readonly List<(TimeSpan At, int Replicas)> _proposals = [];

    // More pods are positive, fewer negative.
    private readonly List<(TimeSpan At, int Change)> _changes = [];

    /// <summary>What is wanted from now on; the caller makes it so.</summary>
    /// <param name="now">Since some beginning.</param>
    /// <param name="current">Pods wanted until now.</param>
    /// <param name="pods">Those that there are.</param>
    /// <param name="values">By metric and pod; a metric that could not be read is missing or empty.</param>
    public int Decide(
        TimeSpan now, int current, IReadOnlyList<PodState> pods, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> values)
    {
        // What is outside the bounds is put inside without asking any metric.
        var wanted = current < rules.MinReplicas ? rules.MinReplicas
            : current > rules.MaxReplicas ? rules.MaxReplicas
            : Propose(current, pods, values) is { } proposed ? Steady(now, current, proposed)
            : current;
        if (wanted != current)
        {
            _changes.Add((now, wanted - current));
        }

        return wanted;
    }

    /// <summary>The largest proposal; null where metrics are missing and the others do not ask for more.</summary>
    private int? Propose(int current, IReadOnlyList<PodState> pods, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> values)
    {
        var proposals = rules.Metrics
            .Select(
                metric =>
                    values.TryGetValue(metric.Name, out var told)
                        ? ReplicaCalculator.Propose(metric, rules.Tolerance, current, pods, told)
                        : null)
            .ToList();
        var largest = proposals.Max();
        return proposals.Contains(null) && (largest is null || largest < current) ? null : largest;
    }

    private int Steady(TimeSpan now, int current, int proposed)
    {
        _proposals.RemoveAll(past => now - past.At > rules.Up.Window && now - past.At > rules.Down.Window);
        var least = Within(now, rules.Up.Window).Append(proposed).Min();
        var most = Within(now, rules.Down.Window).Append(proposed).Max();
        _proposals.Add((now, proposed));
        var steady = Math.Min(Math.Max(current, least), most);
        return steady > current ? Math.Min(steady, Math.Max(current, Math.Min(rules.MaxReplicas, HighestNow(now, current))))
            : steady < current ? Math.Max(steady, Math.Min(current, Math.Max(rules.MinReplicas, LowestNow(now, current))))
            : current;
    }

    private IEnumerable<int> Within(TimeSpan now, TimeSpan window) =>
        _proposals.Where(past => now - past.At < window).Select(past => past.Replicas);

    private int HighestNow(TimeSpan now, int current)
    {
        var limits = rules.Up.Policies.Select(policy =>
        {
            var before = BeforePeriod(now, current, policy.Period);
            return policy.Kind == PolicyKind.Pods ? before + policy.Value : (int)Math.Ceiling(before * (1 + (policy.Value / 100.0)));
        }).ToList();
        return limits.Count == 0 ? rules.MaxReplicas : rules.Up.TakesLeast ? limits.Min() : limits.Max();
    }

    private int LowestNow(TimeSpan now, int current)
    {
        var limits = rules.Down.Policies.Select(policy =>
        {
            var before = BeforePeriod(now, current, policy.Period);
            return policy.Kind == PolicyKind.Pods ? before - policy.Value : (int)(before * (1 - (policy.Value / 100.0)));
        }).ToList();
        return limits.Count == 0 ? rules.MinReplicas : rules.Down.TakesLeast ? limits.Max() : limits.Min();
    }

    /// <summary>Pods wanted when the period that ends now began.</summary>
    private int BeforePeriod(TimeSpan now, int current, TimeSpan period) =>
        current - _changes.Where(change => now - change.At < period).Sum(change => change.Change);
}
