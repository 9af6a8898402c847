namespace Loupe.Bench.History;

/// <summary>How long a disturbance was felt.</summary>
/// <param name="Disturbance">Which.</param>
/// <param name="FailedTries">Tries that failed until the next disturbance.</param>
/// <param name="FailedOperations">Operations that failed until then.</param>
/// <param name="LastFailure">Seconds until the last operation that failed, or had to try again, ended; 0 for none.</param>
/// <param name="LastSlow">Seconds until the last operation ended that took longer than a quiet cluster ever takes; 0 for none.</param>
internal sealed record Recovery(Disturbance Disturbance, int FailedTries, int FailedOperations, double LastFailure, double LastSlow)
{
    /// <summary>Seconds until nothing was felt any more.</summary>
    public double Seconds => Math.Max(LastFailure, LastSlow);

    /// <summary>Every disturbance with what it did until the next.</summary>
    /// <param name="history">All of it.</param>
    /// <param name="slow">An operation of more seconds is slow.</param>
    public static IReadOnlyList<Recovery> Of(RunHistory history, double slow)
    {
        var all = history.Disturbances.OrderBy(disturbance => disturbance.At).ToList();
        return [.. all.Select((disturbance, i) =>
        {
            var next = i + 1 < all.Count ? all[i + 1].At : double.PositiveInfinity;

            // What was not over when this one came and was before the next, or was not over before the next either. What
            // began in between and was hit by the next is the next one's.
            var felt = history.Operations
                .Where(operation => operation.End > disturbance.At && (operation.End <= next || operation.Start <= disturbance.At))
                .ToList();
            var failed = felt.Where(operation => operation.Error is not null || operation.FailedTries.Count > 0).ToList();
            return new Recovery(
                disturbance,
                failed.Sum(operation => operation.FailedTries.Count),
                failed.Count(operation => operation.Error is not null),
                Last(failed, disturbance),
                Last(felt.Where(operation => operation.End - operation.Start > slow), disturbance));
        })];
    }

    private static double Last(IEnumerable<Operation> operations, Disturbance disturbance) =>
        operations.Select(operation => operation.End!.Value - disturbance.At).DefaultIfEmpty(0).Max();
}
