using System.Globalization;

namespace Loupe.Bench.History;

/// <summary>Holds a history to every <see cref="Promise"/>. Pure: the same history has the same violations.</summary>
internal static class HistoryChecker
{
    /// <summary>All violations, in order of time.</summary>
    public static IReadOnlyList<Violation> Check(RunHistory history) =>
    [
        .. history.Operations.SelectMany(operation => CheckAlone(operation, history))
            .Concat(LostUploads(history))
            .Concat(DoubleEncodes(history))
            .OrderBy(violation => violation.At),
    ];

    /// <summary>The disturbance that explains a failure between two times: the latest that could be felt then.</summary>
    public static Disturbance? Explain(RunHistory history, double start, double end) =>
        history.Disturbances
            .Where(disturbance => disturbance.At <= end && start <= FeltUntil(disturbance, history))
            .MaxBy(disturbance => disturbance.At);

    private static IEnumerable<Violation> CheckAlone(Operation operation, RunHistory history)
    {
        if (operation.End is not { } end)
        {
            yield return new(Promise.EveryoneReturns, operation.Start, $"{Name(operation)} never returned");
            yield break;
        }

        if (operation.Error is { } error && Explain(history, operation.Start, end) is null)
        {
            yield return new(Promise.ExplainedErrors, end, $"{Name(operation)} failed ({error}) though every silo was there");
        }

        if (operation is not { Error: null, Question: { } question })
        {
            yield break;
        }

        var wrong = operation.Answer switch
        {
            null => "has no answer",
            { } heard when heard.Image != operation.Image => $"was answered about the image {Short(heard.Image)}",
            { Broken: { } broken } => $"came broken: {broken}",
            { } heard when !history.References.TryGetValue((operation.Image, question), out var right) =>
                "has no reference to compare with",
            { } heard when heard.Fingerprint != history.References[(operation.Image, question)] =>
                "was answered otherwise than by the quiet server",
            _ => null,
        };
        if (wrong is not null)
        {
            yield return new(Promise.RightAnswers, end, $"{Name(operation)} {wrong}");
        }
    }

    private static IEnumerable<Violation> LostUploads(RunHistory history) =>
        from upload in history.Operations
        where upload is { Kind: OperationKind.Upload, Error: null, End: not null }
        group upload by upload.Image into acknowledged
        let found = history.ReadBack.GetValueOrDefault(acknowledged.Key)
        where found != acknowledged.Key
        select new Violation(
            Promise.KeptUploads,
            acknowledged.Min(upload => upload.End!.Value),
            $"the upload of {Short(acknowledged.Key)} was acknowledged, and in the end "
                + $"{(found is null ? "it is not there" : "other bytes are there")}");

    private static IEnumerable<Violation> DoubleEncodes(RunHistory history)
    {
        foreach (var image
            in history.Operations.Where(operation => operation.Answer?.Encoded is not null).GroupBy(operation => operation.Image))
        {
            // One encoding is seen by all who waited for it; it lies before the first of them had the answer.
            var encodings = image
                .GroupBy(operation => operation.Answer!.Encoded!.Value)
                .Select(
                    seen =>
                        (
                            Start: seen.Min(operation => operation.Start),
                            End: seen.Min(operation => operation.End ?? double.PositiveInfinity)))
                .OrderBy(encoding => encoding.End)
                .ToList();
            // A silo that is taken away excuses one further encoding of an image.
            var excuses = history.Disturbances.OrderBy(disturbance => disturbance.At).ToList();
            foreach (var (before, after) in encodings.Zip(encodings.Skip(1)))
            {
                var excuse = excuses.FindIndex(
                    disturbance => disturbance.At <= after.End && before.Start <= FeltUntil(disturbance, history));
                if (excuse >= 0)
                {
                    excuses.RemoveAt(excuse);
                }
                else
                {
                    yield return new(
                        Promise.EncodedOnce, after.End,
                        $"the image {Short(image.Key)} was encoded again, and no silo was taken away that had not excused one encoding "
                            + "already");
                }
            }
        }
    }

    private static double FeltUntil(Disturbance disturbance, RunHistory history) =>
        (disturbance.Back ?? double.PositiveInfinity) + history.Aftermath;

    private static string Name(Operation operation) => string.Create(
        CultureInfo.InvariantCulture,
        $"{operation.Kind.ToString().ToLowerInvariant()} of client {operation.Client} at {operation.Start:0.000} s about "
            + $"{Short(operation.Image)}");

    private static string Short(string image) => image[..Math.Min(8, image.Length)];
}
