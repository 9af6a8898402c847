using System.CommandLine;
using System.Text.Json.Nodes;
using Loupe.Bench.Output;
using Loupe.Bench.Suite;
using Loupe.Bench.Verbs;
using Spectre.Console;

namespace Loupe.Bench.Photographs;

/// <summary><c>loupe bench photographs</c>.</summary>
internal static class PhotographsVerb
{
    public static Command Create()
    {
        var bundle = new Option<string>("--bundle")
        {
            Description = "The bundle; ./loupe bench bundle makes one.",
            Required = true,
            HelpName = "DIR",
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "How often everything is timed.",
            DefaultValueFactory = _ => 3,
            HelpName = "N",
        };
        rounds.Validators.Add(Ranges.Between(1, 100));
        var output = new Option<string?>("--out") { Description = "Folder for the JSON. Default: bench/results.", HelpName = "DIR" };
        var command = new Command(VerbNames.Photographs, VerbNames.What(VerbNames.Photographs)) { bundle, rounds, output };
        command.SetAction((parsed, cancellation) => Measurement.RunAsync(async () =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(bundle)!);
            var figures = await new PhotographsRun(folder, parsed.GetValue(rounds), Console.Error.WriteLine).RunAsync(cancellation);
            var table = new Table().Border(TableBorder.Markdown).AddColumns("what", "median", "least", "most");
            foreach (var figure in figures)
            {
                table.AddRow(
                    Markup.Escape($"{figure.What}, {figure.Unit}"), SuiteText.Number(figure.Value.Median),
                    SuiteText.Number(figure.Value.Least), SuiteText.Number(figure.Value.Most));
            }

            Consoles.Out().Write(table);
            var path = new ResultFolder(parsed.GetValue(output)).WriteJson(VerbNames.Photographs, new JsonObject
            {
                ["bundle"] = Path.GetFileName(folder),
                ["rounds"] = parsed.GetValue(rounds),
                ["figures"] = new JsonArray([.. figures.Select(figure => new JsonObject
                {
                    ["what"] = figure.What,
                    ["unit"] = figure.Unit,
                    ["median"] = ResultFolder.Number(figure.Value.Median),
                    ["least"] = ResultFolder.Number(figure.Value.Least),
                    ["most"] = ResultFolder.Number(figure.Value.Most),
                })]),
            });
            Console.WriteLine($"Written to {path}.");
            return ExitCode.Success;
        }));
        return command;
    }
}
