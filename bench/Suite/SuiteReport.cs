using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Loupe.Bench.Output;
using Loupe.Bench.Statistics;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite;

/// <summary>A run as JSON and as Markdown.</summary>
internal sealed class SuiteReport(SuiteResult result, string bundle, string command)
{
    private readonly IReadOnlyList<Ratio> _ratios = Ratios.Of(result);

    /// <summary>All figures; machine and commit are added by <see cref="ResultFolder"/>.</summary>
    public JsonObject ToJson() => new()
    {
        ["ratios"] = new JsonObject(_ratios.Select(ratio => KeyValuePair.Create(ratio.Name, ResultFolder.Number(ratio.Value.Median)))),
        ["spread"] = new JsonObject(_ratios.Select(ratio => KeyValuePair.Create(ratio.Name, (JsonNode?)SpreadOf(ratio.Value)))),
        ["bundle"] = bundle,
        ["command"] = command,
        ["quick"] = result.Sizes.IsQuick,
        ["rounds"] = result.Sizes.Rounds,
        ["tookSeconds"] = ResultFolder.Number(result.Took.TotalSeconds),
        ["onnxRuntime"] = Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString(),
        ["limit"] = new JsonObject { ["many"] = result.Many?.ToString(), ["oneByOne"] = result.Single?.ToString() },
        ["missing"] = new JsonObject(result.Missing.Select(missing => KeyValuePair.Create(missing.Key, (JsonNode?)missing.Value))),
        ["workloads"] = new JsonArray([.. Groups().Select(group => (JsonNode)WorkloadOf(group.Workload, group.Target))]),
    };

    /// <summary>The tables.</summary>
    /// <param name="machine">What it was measured on.</param>
    /// <param name="commit">Of what.</param>
    public string ToMarkdown(string machine, string? commit)
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line("# The suite");
        Line(string.Empty);
        Line($"`{command}`, {machine}, bundle {bundle}, commit {commit ?? "unknown"}, {DateTime.UtcNow:yyyy-MM-dd}, "
            + string.Create(CultureInfo.InvariantCulture, $"{result.Sizes.Rounds} rounds, {result.Took.TotalMinutes:0.0} minutes.")
            + (result.Sizes.IsQuick ? " **A quick look: too little work for a result.**" : string.Empty));
        Line(string.Empty);
        Line("| what | target | measured: median (least–most of the rounds) | |");
        Line("|---|---|---|---|");
        foreach (var ratio in _ratios)
        {
            var verdict = ratio.IsMet is null || ratio.Value.Count == 0
                ? string.Empty
                : ratio.IsMet(ratio.Value.Median)
                ? "reached"
                : "**missed**";
            Line($"| {ratio.What} (`{ratio.Name}`) | {ratio.Target} | {SuiteText.Range(ratio.Value)} | {verdict} |");
        }

        foreach (var workload in Groups().GroupBy(group => group.Workload))
        {
            AddWorkload(Line, workload.Key, workload.Select(group => group.Target));
        }

        Line(string.Empty);
        Line("## Who");
        Line(string.Empty);
        foreach (var (name, what) in TargetNames.All)
        {
            var missing = result.Missing.TryGetValue(name, out var why) ? $" Not measured: {why}." : string.Empty;
            var layout = name == TargetNames.Limit && result.Many is not null
                ? $" Many at once: {result.Many}; one by one: {result.Single}."
                : string.Empty;
            Line($"- **{name}**: {what}.{layout}{missing}");
        }

        return text.ToString();
    }

    private void AddWorkload(Action<string> line, string workload, IEnumerable<string> targets)
    {
        var isOpen = workload.StartsWith(WorkloadNames.OpenLoop, StringComparison.Ordinal);
        line(string.Empty);
        line($"## {workload}");
        line(string.Empty);
        line($"{WorkloadNames.What(isOpen ? WorkloadNames.OpenLoop : workload)}.");
        line(string.Empty);
        line(
            $"| | operations/s |{(isOpen ? " within the deadline/s |" : string.Empty)} p50 ms | p99 ms | first word ms | ms a word | "
                + "server CPU ms each | client's share of CPU | failed | other answers |");
        line($"|---|---|{(isOpen ? "---|" : string.Empty)}---|---|---|---|---|---|---|---|");
        foreach (var target in targets)
        {
            Spread Over(Func<Sample, double> figure) => result.Over(workload, target, figure);
            var good = isOpen ? $" {SuiteText.Range(Over(sample => sample.Goodput(result.Sizes.OpenLoopDeadlineMs)))} |" : string.Empty;
            var counted = result.Samples.Where(sample => sample.Workload == workload && sample.Target == target).ToList();
            line($"| {target} | {SuiteText.Range(Over(sample => sample.PerSecond))} |{good} {P50(workload, target)} | "
                + $"{Cell(Over(sample => Spread.At(sample.Latencies(), 0.99)))}"
                + $" | {Cell(Over(sample => Spread.At(sample.FirstWords(), 0.5)))} | "
                + $"{Cell(Over(sample => Spread.At(sample.BetweenWords(), 0.5)))}"
                + $" | {Cell(Over(sample => sample.ServerMsEach))} | {Cell(Over(sample => sample.ClientShare))}"
                + $" | {counted.Sum(sample => sample.Failed)} | {counted.Sum(sample => sample.Differing)} |");
        }
    }

    private string P50(string workload, string target) => workload == WorkloadNames.Latency
        ? $"first {Cell(result.Over(workload, target, sample => Spread.At(sample.Latencies(AskKinds.First), 0.5)))}, "
            + $"second {Cell(result.Over(workload, target, sample => Spread.At(sample.Latencies(AskKinds.Second), 0.5)))}"
        : Cell(result.Over(workload, target, sample => Spread.At(sample.Latencies(), 0.5)));

    private static string Cell(Spread spread) => SuiteText.Number(spread.Median);

    private IEnumerable<(string Workload, string Target)> Groups() =>
        from workload in result.Samples.Select(sample => sample.Workload).Distinct()
        from target in TargetNames.All.Select(target => target.Name)
        where result.Samples.Any(sample => sample.Workload == workload && sample.Target == target)
        select (workload, target);

    private JsonObject WorkloadOf(string workload, string target)
    {
        var samples = result.Samples.Where(sample => sample.Workload == workload && sample.Target == target).ToList();
        JsonNode? Figure(Func<Sample, double> figure) => SpreadOf(result.Over(workload, target, figure));
        return new JsonObject
        {
            ["workload"] = workload,
            ["target"] = target,
            ["perSecond"] = Figure(sample => sample.PerSecond),
            ["p50Ms"] = Figure(sample => Spread.At(sample.Latencies(), 0.5)),
            ["p99Ms"] = Figure(sample => Spread.At(sample.Latencies(), 0.99)),
            ["firstP50Ms"] = Figure(sample => Spread.At(sample.Latencies(AskKinds.First), 0.5)),
            ["secondP50Ms"] = Figure(sample => Spread.At(sample.Latencies(AskKinds.Second), 0.5)),
            ["firstWordP50Ms"] = Figure(sample => Spread.At(sample.FirstWords(), 0.5)),
            ["betweenWordsP50Ms"] = Figure(sample => Spread.At(sample.BetweenWords(), 0.5)),
            ["goodputPerSecond"] = workload.StartsWith(WorkloadNames.OpenLoop, StringComparison.Ordinal)
                ? Figure(sample => sample.Goodput(result.Sizes.OpenLoopDeadlineMs))
                : null,
            ["serverCpuMsEach"] = Figure(sample => sample.ServerMsEach),
            ["clientCpuShare"] = Figure(sample => sample.ClientShare),
            ["operations"] = samples.Sum(sample => sample.Outcome.Operations.Count),
            ["failed"] = samples.Sum(sample => sample.Failed),
            ["otherAnswers"] = samples.Sum(sample => sample.Differing),
            ["perSecondByRound"] = new JsonArray(
                [.. samples.OrderBy(sample => sample.Round).Select(sample => ResultFolder.Number(sample.PerSecond))]),
        };
    }

    private static JsonObject? SpreadOf(Spread spread) => spread.Count == 0
        ? null
        : new JsonObject
        {
            ["median"] = ResultFolder.Number(spread.Median),
            ["least"] = ResultFolder.Number(spread.Least),
            ["most"] = ResultFolder.Number(spread.Most),
            ["rounds"] = spread.Count,
        };
}
