using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Loupe.Bench.Output;
using Loupe.Bench.Verbs;
using Spectre.Console;

namespace Loupe.Bench.Monitoring;

/// <summary><c>loupe bench dashboard</c>.</summary>
internal sealed class DashboardVerb
{
    private readonly Option<string> _silos = new("--silos") { Description = "Sizes to look at, one after the other. Default: 1,2.", DefaultValueFactory = _ => Sizes, HelpName = "1,2" };
    private readonly Option<string> _device = new("--device") { Description = "What they run on.", DefaultValueFactory = _ => "cpu", HelpName = "DEVICE" };
    private readonly Option<double> _seconds = new("--seconds") { Description = "Of load before the queries.", DefaultValueFactory = _ => 75, HelpName = "S" };
    private readonly Option<string?> _out = new("--out") { Description = "Folder for the JSON. Default: bench/results.", HelpName = "DIR" };

    private const string Sizes = "1,2";

    public static Command Create()
    {
        var verb = new DashboardVerb();
        verb._seconds.Validators.Add(Ranges.Between(65.0, 3600));
        verb._silos.Validators.Add(result =>
        {
            if (Parse(result.GetValueOrDefault<string>()) is null)
            {
                result.AddError("--silos is a list of sizes from 1 to 16, such as 1,2");
            }
        });
        var command = new Command(VerbNames.Dashboard, VerbNames.WhatDashboard) { verb._silos, verb._device, verb._seconds, verb._out };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var folder = new ResultFolder(parsed.GetValue(_out));
        var monitoring = ResultFolder.Source("k8s", "monitoring");
        List<DashboardAnswers> all = [];
        foreach (var silos in Parse(parsed.GetValue(_silos))!)
        {
            var duration = TimeSpan.FromSeconds(parsed.GetValue(_seconds));
            var answers = await DashboardRun.RunAsync(monitoring, silos, parsed.GetValue(_device)!, duration, Console.Error.WriteLine, cancellation);
            Print(answers);
            all.Add(answers);
        }

        var path = folder.WriteJson("dashboard", new JsonObject { ["runs"] = new JsonArray([.. all.Select(Json)]) });
        Console.WriteLine($"Written to {path}.");
        return all.All(answers => answers.IsGood) ? ExitCode.Success : ExitCode.Failed;
    }

    private static void Print(DashboardAnswers answers)
    {
        var table = new Table().Border(TableBorder.Markdown).AddColumns("where", "series", "example");
        foreach (var told in answers.Told)
        {
            table.AddRow(
                Markup.Escape(told.Asked.Where),
                Verdict(told),
                Markup.Escape(told.Refusal ?? Short(told.Example)));
        }

        Consoles.Out().Write(table);
        var (good, only) = (answers.Told.Count(told => told.Series > 0), answers.Told.Count(told => told is { Series: 0, Asked.MayBeEmpty: true }));
        Console.WriteLine($"{answers.Silos} {(answers.Silos == 1 ? "server" : "silos")}, {answers.Answered} questions answered: of {answers.Told.Count} queries {good} have data, {only} would have some in trouble only, {answers.Told.Count - good - only} have none or were refused.");
    }

    private static string Verdict(Told told) =>
        told.Refusal is not null ? "REFUSED" : told.Series > 0 ? $"{told.Series}" : told.Asked.MayBeEmpty ? "0 (in trouble only)" : "NO DATA";

    private static string Short(JsonNode? series) => series is null ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", series["metric"]!.AsObject().Where(label => label.Key != "__name__").Select(label => $"{label.Key}={label.Value}"))} {double.Parse((string)series["value"]![1]!, CultureInfo.InvariantCulture):0.#####}").Trim();

    private static JsonNode Json(DashboardAnswers answers) => new JsonObject
    {
        ["silos"] = answers.Silos,
        ["answered"] = answers.Answered,
        ["refused"] = answers.Refused,
        ["queries"] = new JsonArray([.. answers.Told.Select(told => new JsonObject
        {
            ["where"] = told.Asked.Where,
            ["query"] = told.Asked.Query,
            ["onlyInTrouble"] = told.Asked.MayBeEmpty,
            ["series"] = told.Series,
            ["example"] = told.Example?.DeepClone(),
            ["refusal"] = told.Refusal,
        })]),
    };

    private static int[]? Parse(string? text)
    {
        var sizes = text?.Split(',').Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0).ToArray();
        return sizes is { Length: > 0 } && sizes.All(size => size is >= 1 and <= 16) ? sizes : null;
    }
}
