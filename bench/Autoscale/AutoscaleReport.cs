using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Loupe.Bench.Charts;
using Loupe.Bench.History;
using Loupe.Bench.Output;
using Loupe.Bench.Statistics;

namespace Loupe.Bench.Autoscale;

/// <summary>A rehearsal for machines and for people.</summary>
internal sealed class AutoscaleReport
{
    private const int Shown = 20;
    private const double Slice = 10;

    private readonly AutoscaleOptions _options;
    private readonly AutoscaleOutcome _outcome;

    public AutoscaleReport(AutoscaleOptions options, AutoscaleOutcome outcome)
    {
        (_options, _outcome) = (options, outcome);
        Violations = HistoryChecker.Check(outcome.History);
    }

    public IReadOnlyList<Violation> Violations { get; }

    /// <summary>
    /// Whether nothing was lost or wrong, and every silo that was asked to leave ended as it should. An image that is
    /// encoded again costs time alone; it is counted, and breaks nothing.
    /// </summary>
    public bool IsGood => Violations.All(violation => violation.Promise == Promise.EncodedOnce) && _outcome.Failures.Count == 0;

    private int ImagesAsked => Operations.Where(operation => operation.Question is not null).Select(operation => operation.Image).Distinct().Count();

    private IReadOnlyList<Operation> Operations => _outcome.History.Operations;

    private int Most => _outcome.Samples.Max(sample => sample.Ready);

    private int Changes => _outcome.Samples.Zip(_outcome.Samples.Skip(1)).Count(pair => pair.First.Wanted != pair.Second.Wanted);

    public JsonObject ToJson() => new()
    {
        ["device"] = _options.Device,
        ["seconds"] = _options.Duration.TotalSeconds,
        ["lowPerSecond"] = _options.Low,
        ["highPerSecond"] = _options.High,
        ["haste"] = _options.Haste,
        ["seed"] = _options.Seed,
        ["operations"] = Operations.Count,
        ["uploads"] = Operations.Count(operation => operation is { Kind: OperationKind.Upload, Error: null, End: not null }),
        ["answers"] = Operations.Count(operation => operation is { Question: not null, Error: null, End: not null }),
        ["failedOperations"] = Operations.Count(operation => operation.Error is not null),
        ["failedTries"] = new JsonObject([.. Operations.SelectMany(operation => operation.FailedTries).CountBy(kind => kind).Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value))]),
        ["latencyMs"] = new JsonObject { ["p50"] = Quantile(Operations, 0.5), ["p99"] = Quantile(Operations, 0.99), ["longest"] = Quantile(Operations, 1) },
        ["violations"] = new JsonObject([.. Enum.GetValues<Promise>().Select(promise => KeyValuePair.Create<string, JsonNode?>(
            promise.ToString(), Violations.Count(violation => violation.Promise == promise)))]),
        ["firstViolations"] = new JsonArray([.. Violations.Take(Shown).Select(violation => JsonValue.Create(
            string.Create(CultureInfo.InvariantCulture, $"{violation.At - _outcome.Start:0.0} s: {violation.What}")))]),
        ["silosThatEndedBadly"] = new JsonArray([.. _outcome.Failures.Select(failure => JsonValue.Create(failure))]),
        ["imagesAsked"] = ImagesAsked,
        ["changesOfSize"] = Changes,
        ["mostSilos"] = Most,
        ["siloStartSeconds"] = new JsonArray([.. _outcome.StartSeconds.Select(ResultFolder.Number)]),
        ["drains"] = new JsonArray([.. _outcome.History.Disturbances.Select(drain => new JsonObject
        {
            ["silo"] = drain.Silo, ["at"] = ResultFolder.Number(drain.At - _outcome.Start), ["seconds"] = ResultFolder.Number(drain.Back!.Value - drain.At),
        })]),
        ["samples"] = new JsonArray([.. Slices().Select(slice => new JsonObject
        {
            ["at"] = ResultFolder.Number(slice.Sample.At),
            ["visitsPerSecond"] = ResultFolder.Number(slice.Sample.Rate),
            ["wanted"] = slice.Sample.Wanted,
            ["ready"] = slice.Sample.Ready,
            ["leaving"] = slice.Sample.Leaving,
            ["saturation"] = ResultFolder.Number(slice.Sample.Saturation),
            ["busy"] = ResultFolder.Number(slice.Sample.Busy),
            ["p50Ms"] = Quantile(slice.Ended, 0.5),
            ["p99Ms"] = Quantile(slice.Ended, 0.99),
        })]),
    };

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        void Write(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Write($"# Autoscaling rehearsed: {_options.Low:0.#} to {_options.High:0.#} visits a second and back, {_options.Duration.TotalSeconds:0} s");
        Write($"");
        Write($"Real silo processes (device `{_options.Device}`) behind one gateway, a real Redis and a real Prometheus, and the published algorithm of Kubernetes' HorizontalPodAutoscaler with the rules of `k8s/components/hpa`, everything {_options.Haste:0.#} times faster than written there: rounds of {_options.Hasten(AutoscaleOptions.WrittenRound).TotalSeconds:0.0} s, scrapes every {_options.Hasten(AutoscaleOptions.WrittenScrape).TotalSeconds:0.0} s, a window of {_options.Rules.Down.Window.TotalSeconds:0} s before it scales down. Silos start and drain in their own time. A visit uploads a new picture and asks two questions about it.");
        Write($"");
        Write($"{Operations.Count} operations, {Operations.Count(operation => operation.Error is not null)} failed, {Operations.Sum(operation => operation.FailedTries.Count)} tries refused or failed and repeated. {_options.Rules.MinReplicas} to {Most} silos, {Changes} changes of size, {_outcome.History.Disturbances.Count} silos drained; a silo was ready {_outcome.StartSeconds.DefaultIfEmpty(double.NaN).Average():0.0} s after its start.");
        Write($"");
        Write($"| promise | violations |");
        Write($"|---|--:|");
        foreach (var promise in Enum.GetValues<Promise>())
        {
            Write($"| {promise} | {Violations.Count(violation => violation.Promise == promise)} |");
        }

        Write($"| silos leave with exit code 0 | {_outcome.Failures.Count} |");
        Write($"");
        foreach (var violation in Violations.Where(violation => violation.Promise != Promise.EncodedOnce).Take(Shown))
        {
            Write($"- {violation.At - _outcome.Start:0.0} s: {violation.What}");
        }

        if (Violations.Where(violation => violation.Promise == Promise.EncodedOnce).Select(violation => violation.At - _outcome.Start).ToList() is { Count: > 0 } again)
        {
            Write($"{again.Count} of {ImagesAsked} images were encoded again ({again.Min():0} to {again.Max():0} s) though no silo had left. No answer is wrong by it, but it costs time. What may cause it, and is not told apart here: a saturated home that is passed over (ADR 9), features that Redis did not give in time, a new home after a silo joined.");
            Write($"");
        }

        Write($"| s | visits/s | wanted | ready | leaving | saturation | busy | p50 ms | p99 ms |");
        Write($"|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (var (sample, ended) in Slices())
        {
            Write($"| {sample.At:0} | {sample.Rate:0.0} | {sample.Wanted} | {sample.Ready} | {sample.Leaving} | {sample.Saturation:0.00} | {sample.Busy:0.00} | {QuantileOf(ended, 0.5):0} | {QuantileOf(ended, 0.99):0} |");
        }

        return text.ToString();
    }

    /// <summary>Load and silos over time.</summary>
    public LineChart ToChart() => new()
    {
        Title = $"{_options.Low:0.#} to {_options.High:0.#} visits a second and back: silos follow",
        X = "seconds",
        Y = "visits a second; silos",
        Lines =
        [
            Line("visits a second", sample => sample.Rate),
            Line("silos wanted", sample => sample.Wanted),
            Line("silos ready", sample => sample.Ready),
        ],
        Marks = Marks,
    };

    /// <summary>What the autoscaler read.</summary>
    public LineChart ToMetricsChart() => new()
    {
        Title = "What the autoscaler read: averages over silos",
        X = "seconds",
        Y = "ratio",
        Lines =
        [
            Line("saturation", sample => sample.Saturation),
            Line("busy", sample => sample.Busy),
            .. _options.Rules.Metrics.Select(metric => Line($"target {metric.Target}", _ => metric.Target)),
        ],
        Marks = Marks,
    };

    /// <summary>How long answers took.</summary>
    public LineChart ToLatencyChart() => new()
    {
        Title = "How long questions took meanwhile",
        X = "seconds",
        Y = "milliseconds",
        Lines =
        [
            ("p99", [.. Slices().Select(slice => (Math.Floor(slice.Sample.At), QuantileOf(slice.Ended, 0.99)))]),
            ("p50", [.. Slices().Select(slice => (Math.Floor(slice.Sample.At), QuantileOf(slice.Ended, 0.5)))]),
        ],
        Marks = Marks,
    };

    /// <summary>Where silos began to leave.</summary>
    private IReadOnlyList<(double X, string What)> Marks => [.. _outcome.History.Disturbances.Select(drain => (drain.At - _outcome.Start, "−1"))];

    private (string Name, IReadOnlyList<(double X, double Y)> Points) Line(string name, Func<Sample, double> of) =>
        (name, [.. _outcome.Samples.Select(sample => (Math.Floor(sample.At), of(sample)))]);

    /// <summary>Every so many seconds: the sample then, and the operations that ended until the next.</summary>
    private IEnumerable<(Sample Sample, IReadOnlyList<Operation> Ended)> Slices() =>
        from slice in _outcome.Samples.GroupBy(sample => (int)(sample.At / Slice))
        let begin = _outcome.Start + (slice.Key * Slice)
        select (slice.First(), (IReadOnlyList<Operation>)[.. Operations.Where(operation => operation.End >= begin && operation.End < begin + Slice)]);

    private static JsonNode? Quantile(IEnumerable<Operation> operations, double share) => ResultFolder.Number(QuantileOf(operations, share));

    private static double QuantileOf(IEnumerable<Operation> operations, double share) => Spread.NearestRank(
        operations.Where(operation => operation is { End: not null, Question: not null }).Select(operation => (operation.End!.Value - operation.Start) * 1000), share);
}
