using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Loupe.Bench.Charts;
using Loupe.Bench.History;
using Loupe.Bench.Output;
using Loupe.Bench.Statistics;

namespace Loupe.Bench.Chaos;

/// <summary>A checked run for machines and for people.</summary>
internal sealed class ChaosReport
{
    private const int Shown = 20;

    private readonly ChaosOptions _options;
    private readonly ChaosOutcome _outcome;
    private readonly IReadOnlyList<Recovery> _recoveries;

    public ChaosReport(ChaosOptions options, ChaosOutcome outcome)
    {
        (_options, _outcome) = (options, outcome);
        Violations = HistoryChecker.Check(outcome.History);
        _recoveries = Recovery.Of(outcome.History, options.Slow.TotalSeconds);
    }

    public IReadOnlyList<Violation> Violations { get; }

    private IReadOnlyList<Operation> Operations => _outcome.History.Operations;

    public JsonObject ToJson() => new()
    {
        ["silos"] = _options.Silos,
        ["device"] = _options.Device,
        ["redis"] = _options.Redis is not null,
        ["clients"] = _options.Clients,
        ["seconds"] = _options.Duration.TotalSeconds,
        ["seed"] = _options.Seed,
        ["operations"] = Operations.Count,
        ["uploads"] = Operations.Count(operation => operation is { Kind: OperationKind.Upload, Error: null, End: not null }),
        ["answers"] = Operations.Count(operation => operation is { Question: not null, Error: null, End: not null }),
        ["latencyMs"] = new JsonObject
        {
            ["p50"] = ResultFolder.Number(Quantile(0.5)),
            ["p99"] = ResultFolder.Number(Quantile(0.99)),
            ["longest"] = ResultFolder.Number(Quantile(1)),
        },
        ["violations"] = new JsonObject([.. Enum.GetValues<Promise>().Select(promise => KeyValuePair.Create<string, JsonNode?>(
            promise.ToString(), Violations.Count(violation => violation.Promise == promise)))]),
        ["firstViolations"] = new JsonArray([.. Violations.Take(Shown).Select(violation => JsonValue.Create(
            string.Create(CultureInfo.InvariantCulture, $"{violation.At:0.0} s: {violation.What}")))]),
        ["imagesAsked"] = _outcome.ImagesAsked,
        ["encodesCounted"] = _outcome.Encodes,
        ["errors"] = Errors(operation => operation.Error is { } error ? [error] : []),
        ["failedTries"] = Errors(operation => operation.FailedTries),
        ["disturbances"] = new JsonArray([.. _recoveries.Select(recovery => new JsonObject
        {
            ["kind"] = recovery.Disturbance.Kind.ToString(),
            ["silo"] = recovery.Disturbance.Silo,
            ["at"] = ResultFolder.Number(recovery.Disturbance.At - _outcome.Start),
            ["backAfter"] = recovery.Disturbance.Back is { } back ? ResultFolder.Number(back - recovery.Disturbance.At) : null,
            ["failedTries"] = recovery.FailedTries,
            ["failedOperations"] = recovery.FailedOperations,
            ["lastFailureAfter"] = ResultFolder.Number(recovery.LastFailure),
            ["lastSlowAfter"] = ResultFolder.Number(recovery.LastSlow),
            ["recoverySeconds"] = ResultFolder.Number(recovery.Seconds),
        })]),
        ["longestRecoverySeconds"] = ResultFolder.Number(_recoveries.Select(recovery => recovery.Seconds).DefaultIfEmpty(0).Max()),
    };

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"# Chaos: {_options.Silos} silos, {_options.Clients} clients, {_options.Duration.TotalSeconds:0} s");
        Line($"");
        Line(
            $"Device `{_options.Device}`, membership {(_options.Redis is null ? "in the first silo" : "in Redis")}, seed {_options.Seed}. "
                + $"{Operations.Count} operations; p50 {Quantile(0.5):0.0} ms, p99 {Quantile(0.99):0.0} ms, longest {Quantile(1):0} ms. "
                + $"{_outcome.ImagesAsked} images asked about, {_outcome.Encodes:0} encodings counted by the silos.");
        Line($"");
        Line($"| promise | violations |");
        Line($"|---|--:|");
        foreach (var promise in Enum.GetValues<Promise>())
        {
            Line($"| {promise} | {Violations.Count(violation => violation.Promise == promise)} |");
        }

        Line($"");
        foreach (var violation in Violations.Take(Shown))
        {
            Line($"- {violation.At - _outcome.Start:0.0} s: {violation.What}");
        }

        Line($"");
        Line($"| at s | what | silo | back after s | failed tries | failed operations | last failure after s | last slow answer after s |");
        Line($"|--:|---|---|--:|--:|--:|--:|--:|");
        foreach (var recovery in _recoveries)
        {
            var (kind, silo, at, back) = recovery.Disturbance;
            Line(
                $"| {at - _outcome.Start:0.0} | {kind} | {silo} | {(back is { } came ? came - at : double.NaN):0.0} | "
                    + $"{recovery.FailedTries} | {recovery.FailedOperations} | {recovery.LastFailure:0.0} | {recovery.LastSlow:0.0} |");
        }

        Line($"");
        Line($"| error | operations that failed | tries that failed | during or after |");
        Line($"|---|--:|--:|---|");
        foreach (
            var kind in Operations.SelectMany(operation => operation.FailedTries)
                .Concat(Operations.Select(operation => operation.Error).OfType<string>())
                .Distinct()
                .Order(StringComparer.Ordinal))
        {
            var when = Operations.Where(operation => operation.Error == kind || operation.FailedTries.Contains(kind))
                .GroupBy(
                    operation =>
                        HistoryChecker.Explain(_outcome.History, operation.Start, operation.End ?? operation.Start)?.Kind.ToString()
                            ?? "nothing")
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => $"{group.Key} {group.Count()}");
            Line(
                $"| {kind} | {Operations.Count(operation => operation.Error == kind)} | "
                    + $"{Operations.Sum(operation => operation.FailedTries.Count(tried => tried == kind))} | {string.Join(", ", when)} |");
        }

        return text.ToString();
    }

    /// <summary>Answers, failures and latency second by second.</summary>
    public LineChart ToChart()
    {
        var seconds = Operations.Where(operation => operation.End is not null)
            .GroupBy(operation => (int)(operation.End!.Value - _outcome.Start))
            .OrderBy(group => group.Key)
            .ToList();
        return new LineChart
        {
            Title = $"{_options.Silos} silos, one killed every {_options.KillEvery.TotalSeconds:0} s",
            X = "seconds",
            Y = "operations a second; p99 in 10 ms",
            Lines =
            [
                ("succeeded", [.. seconds.Select(group => ((double)group.Key, (double)group.Count(operation => operation.Error is null)))]),
                (
                    "failed tries",
                    [.. seconds.Select(group => ((double)group.Key, (double)group.Sum(operation => operation.FailedTries.Count)))]),
                (
                    "failed",
                    [.. seconds.Select(group => ((double)group.Key, (double)group.Count(operation => operation.Error is not null)))]),
                ("p99, 10 ms", [.. seconds.Select(group => ((double)group.Key, QuantileOf(group, 0.99) / 10))]),
            ],
            Marks = [
                .. _recoveries.Select(
                    recovery =>
                        (recovery.Disturbance.At - _outcome.Start, recovery.Disturbance.Kind == DisturbanceKind.Kill ? "kill" : "drain")),
            ],
        };
    }

    private JsonObject Errors(Func<Operation, IReadOnlyList<string>> of) => new([.. Operations
        .SelectMany(of)
        .CountBy(kind => kind)
        .OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value))]);

    private double Quantile(double share) =>
        QuantileOf(Operations.Where(operation => operation is { Error: null, Question: not null }), share);

    private static double QuantileOf(IEnumerable<Operation> operations, double share) => Spread.NearestRank(
        operations.Where(operation => operation.End is not null).Select(operation => (operation.End!.Value - operation.Start) * 1000),
        share);
}
