namespace Loupe.K8s.Tests.Scaling;

/// <summary>
/// How many pods one metric asks for, as Kubernetes documents it: present count × (average ÷ target), rounded up. Pods
/// that are leaving do not count. Pods that tell nothing yet count as nothing where more pods are asked for and as just
/// right where fewer are, so that they hold both back. Pure.
/// </summary>
internal static class ReplicaCalculator
{
    /// <param name="metric">What is asked for.</param>
    /// <param name="tolerance">A ratio this close to 1 changes nothing.</param>
    /// <param name="current">Pods wanted until now.</param>
    /// <param name="pods">Those that there are.</param>
    /// <param name="values">Of the metric, by pod; pods that tell nothing are missing.</param>
    /// <returns>Null where no pod tells anything, which changes nothing.</returns>
    public static int? Propose(
        PodsMetric metric, double tolerance, int current, IReadOnlyList<PodState> pods, IReadOnlyDictionary<string, double> values)
    {
        var present = pods.Where(pod => !pod.IsLeaving).ToList();
        var pending = present.Where(pod => pod.IsPending).ToList();
        var told = present.Where(pod => !pod.IsPending && values.ContainsKey(pod.Name)).Select(pod => values[pod.Name]).ToList();
        var silent = present.Count - pending.Count - told.Count;
        if (told.Count == 0)
        {
            return null;
        }

        var ratio = told.Average() / metric.Target;
        var pendingCounts = ratio > 1 && pending.Count > 0;
        if (!pendingCounts && silent == 0)
        {
            return IsNear(ratio, tolerance) ? current : (int)Math.Ceiling(ratio * told.Count);
        }

        // A silent pod is at its target while fewer are asked for, and at nothing while more are; a pending one at nothing, and only then.
        var assumed = told.Sum() + (ratio < 1 ? silent * metric.Target : 0);
        var counted = told.Count + silent + (pendingCounts ? pending.Count : 0);
        var careful = assumed / counted / metric.Target;
        if (IsNear(careful, tolerance) || (ratio < 1 && careful > 1) || (ratio > 1 && careful < 1))
        {
            return current;
        }

        var proposed = (int)Math.Ceiling(careful * counted);
        var turned = (careful < 1 && proposed > current) || (careful > 1 && proposed < current);
        return turned ? current : proposed;
    }

    private static bool IsNear(double ratio, double tolerance) => Math.Abs(1 - ratio) <= tolerance;
}
