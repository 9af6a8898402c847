using System.Text;
using System.Text.Json.Nodes;
using Loupe.Bench.Charts;
using Loupe.Bench.Output;

namespace Loupe.Bench.Memory;

/// <summary>What was measured, beside its targets, for machines and for people. Megabytes are 10⁶ bytes.</summary>
internal sealed class MemoryReport(MemoryOptions options, MemoryOutcome outcome)
{
    private const double Mega = 1e6;
    private const double MostIdle = 350;
    private const double MostPerQuestion = 40_000;
    private const double MostOverBudget = 0.05;

    private readonly IReadOnlyList<MemoryReading> _steady = [.. outcome.Zipf.Where(reading => reading.At >= options.Filling.TotalSeconds)];

    private MemoryGrowth? Growth => _steady.Count < 2 ? null : MemoryGrowth.Of(_steady);

    private double PauseShare =>
        _steady.Count < 2 ? double.NaN : (_steady[^1].PauseSeconds - _steady[0].PauseSeconds) / (_steady[^1].At - _steady[0].At);

    public JsonObject ToJson() => new()
    {
        ["device"] = options.Device,
        ["idle"] = Of(outcome.Idle),
        ["allocations"] = new JsonArray([.. outcome.Allocations.Select(sample => new JsonObject
        {
            ["kind"] = sample.Kind,
            ["questions"] = sample.Questions,
            ["bytesPerQuestion"] = ResultFolder.Number(sample.BytesPerQuestion),
            ["stepsPerQuestion"] = ResultFolder.Number(sample.StepsPerQuestion),
        })]),
        ["zipf"] = new JsonObject
        {
            ["pictures"] = options.Pictures,
            ["exponent"] = options.Exponent,
            ["clients"] = options.Clients,
            ["fillingSeconds"] = options.Filling.TotalSeconds,
            ["seconds"] = options.Duration.TotalSeconds,
            ["featureBudget"] = options.ZipfBytes,
            ["answerBudget"] = options.ZipfAnswerBytes,
            ["answered"] = outcome.ZipfAnswered,
            ["failed"] = outcome.ZipfFailed,
            ["firstMinute"] = Growth is { } first ? ResultFolder.Number(first.FirstMinute) : null,
            ["lastMinute"] = Growth is { } last ? ResultFolder.Number(last.LastMinute) : null,
            ["bytesPerMinute"] = Growth is { } growth ? ResultFolder.Number(growth.BytesPerMinute) : null,
            ["gcPauseShare"] = ResultFolder.Number(PauseShare),
            ["readings"] = new JsonArray([.. outcome.Zipf.Select(Of)]),
        },
        ["budget"] = outcome.Budget is not var (before, after) ? null : new JsonObject
        {
            ["pictures"] = options.BudgetPictures,
            ["bytes"] = options.BudgetBytes,
            ["before"] = Of(before),
            ["after"] = Of(after),
        },
    };

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        Line($"# Memory of one server, device `{options.Device}`");
        Line($"");
        Line($"| | measured | target |");
        Line($"|---|--:|--:|");
        Line($"| idle, resident | {outcome.Idle.Resident / Mega:0} MB | ≤ {MostIdle} MB |");
        Line($"| of it pages of no file | {outcome.Idle.Anonymous / Mega:0} MB | |");
        foreach (var sample in outcome.Allocations)
        {
            Line(
                $"| allocated a question over HTTP, {sample.Kind} ({sample.StepsPerQuestion:0.0} steps) | "
                    + $"{sample.BytesPerQuestion / 1000:0.0} kB | ≤ {MostPerQuestion / 1000} kB |");
        }

        if (Growth is { } growth)
        {
            Line($"| Zipf load, resident in the first minute after the filling | {growth.FirstMinute / Mega:0} MB | |");
            Line($"| in the last of {options.Duration.TotalMinutes:0.#} minutes | {growth.LastMinute / Mega:0} MB | no growth |");
            Line($"| slope | {growth.BytesPerMinute / Mega:0.00} MB a minute | 0 |");
            Line($"| stopped for the collector | {100 * PauseShare:0.00} % of the time, {PauseMs():0.0} ms a collection | |");
        }

        if (outcome.Budget is var (before, after))
        {
            var budget = (double)options.BudgetBytes;
            Line(
                $"| {options.BudgetPictures} pictures, features counted, of a budget of {budget / Mega:0} MB | {after.Features / Mega:0} "
                    + $"MB ({100 * after.Features / budget:0.0} %) | ± {100 * MostOverBudget} % |");
            Line(
                $"| by which resident memory grew meanwhile | {(after.Resident - before.Resident) / Mega:0} MB "
                    + $"({100 * (after.Resident - before.Resident) / budget:0} % of the budget) | |");
        }

        Line($"");
        Line(
            $"Zipf load: {options.Clients} clients, {options.Pictures} pictures, exponent {options.Exponent}, "
                + $"{options.ZipfBytes / Mega:0} MB for features and {options.ZipfAnswerBytes / Mega:0} MB for answers; "
                + $"{outcome.ZipfAnswered} questions answered, {outcome.ZipfFailed} failed.");
        return text.ToString();
    }

    public LineChart ToChart() => new()
    {
        Title = "Memory under a Zipf load",
        X = "seconds",
        Y = "MB",
        Lines =
        [
            ("resident", [.. outcome.Zipf.Select(reading => (reading.At, reading.Resident / Mega))]),
            ("of no file", [.. outcome.Zipf.Select(reading => (reading.At, reading.Anonymous / Mega))]),
            ("features", [.. outcome.Zipf.Select(reading => (reading.At, reading.Features / Mega))]),
            ("managed heap", [.. outcome.Zipf.Select(reading => (reading.At, reading.ManagedHeap / Mega))]),
        ],
        Marks = [(options.Filling.TotalSeconds, "growth counts from here")],
    };

    private double PauseMs() =>
        1000 * (_steady[^1].PauseSeconds - _steady[0].PauseSeconds) / Math.Max(
            1, _steady[^1].Collections.Sum() - _steady[0].Collections.Sum());

    private static JsonObject Of(MemoryReading reading) => new()
    {
        ["at"] = ResultFolder.Number(reading.At),
        ["resident"] = reading.Resident,
        ["anonymous"] = reading.Anonymous,
        ["peak"] = reading.Peak,
        ["managedHeap"] = reading.ManagedHeap,
        ["features"] = reading.Features,
        ["allocated"] = reading.Allocated,
        ["gcPauseSeconds"] = ResultFolder.Number(reading.PauseSeconds),
        ["collections"] = new JsonArray([.. reading.Collections.Select(ResultFolder.Number)]),
    };
}
