using System.CommandLine;
using Loupe.Engine.Families.Florence.Making;
using Loupe.Engine.Families.Pixel.Making;
using Spectre.Console;

namespace Loupe.Bundler.Verbs;

/// <summary><c>loupe bundle florence|pixel|check DIR</c>.</summary>
internal static class BundleVerb
{
    public static Command Create() => new(
        "bundle", "Make a bundle of a folder as it was published, or compare one with the original.") { Florence(), Pixel(), Check() };

    private static Command Florence()
    {
        var folder = new Argument<string>("DIR") { Description = "With config.json, model.safetensors and the tokenizer's files." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Where the bundle goes. Default: the folder itself.",
            HelpName = "OUT",
        };
        var size = new Option<int?>("--image-size")
        {
            Description = "Pixels of a side. Default: what preprocessor_config.json says, or 768.",
            HelpName = "PIXELS",
        };
        var tokens = new Option<int?>("--max-tokens")
        {
            Description = "Tokens of an answer. Default: as many as there are positions, at most 1025.",
            HelpName = "N",
        };
        var beams = new Option<int>("--beams")
        {
            Description = "Answers that are followed side by side, 1 to 3: better by the publisher's own word, as many times the work, "
                + "and words come at the end.",
            DefaultValueFactory = _ => 1,
            HelpName = "N",
        };
        beams.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 3)
            {
                result.AddError("--beams is 1 to 3");
            }
        });
        var name = new Option<string?>("--name") { Description = "The bundle's name. Default: the folder's.", HelpName = "NAME" };
        var command = new Command(
            "florence", "A bundle of a Florence-2: graphs over the publisher's own weights.") { folder, output, size, tokens, beams, name };
        command.SetAction((parsed, _) => Verb.RunAsync(() =>
        {
            var from = parsed.GetValue(folder)!;
            var to = parsed.GetValue(output) ?? from;
            FlorenceBundler.Make(from, to, new FlorenceBundleOptions
            {
                ImageSize = parsed.GetValue(size),
                MaxTokens = parsed.GetValue(tokens),
                Beams = parsed.GetValue(beams),
                Name = parsed.GetValue(name),
            });
            Console.WriteLine($"{to} is a bundle: ./loupe up --bundle {to}");
            return Task.FromResult(Verb.Success);
        }));
        return command;
    }

    private static Command Pixel()
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "With config.json, model.safetensors and tokenizer.json, as training/export.py writes them; becomes the bundle.",
        };
        var calibrate = new Option<string[]>("--calibrate")
        {
            Description = "Pictures that the model knows: the encoder's convolutions then compute in eight bits, as they show. "
                + "Repeatable. Default: as config.json says.",
            HelpName = "PICTURES",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "pixel", "A bundle of a pixel-aligned model: graphs over the weights that were trained.") { folder, calibrate };
        command.SetAction((parsed, _) => Verb.RunAsync(() =>
        {
            PixelBundler.Make(parsed.GetValue(folder)!, parsed.GetValue(calibrate) ?? []);
            Console.WriteLine($"{parsed.GetValue(folder)} is a bundle: ./loupe up --bundle {parsed.GetValue(folder)}");
            return Task.FromResult(Verb.Success);
        }));
        return command;
    }

    private static Command Check()
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "A model as it was published, with expected.json, expected.safetensors and pictures.",
        };
        var command = new Command(
            "check",
            "Makes the bundle, runs it, and compares it with what the original said: a line for each; exit code 1 where one is too far "
                + "off.") { folder };
        command.SetAction((parsed, _) => Verb.RunAsync(() =>
        {
            var bundle = Directory.CreateTempSubdirectory("loupe-check-").FullName;
            try
            {
                var lines = FlorenceCheck.Run(parsed.GetValue(folder)!, bundle, line => AnsiConsole.MarkupLine(
                    $"{(line.IsWithin ? "[green]equal[/]" : "[red]OTHER[/]")}  {Markup.Escape(line.What.PadRight(44))} "
                        + $"{Markup.Escape(line.Found)}"));
                return Task.FromResult(lines.All(line => line.IsWithin) ? Verb.Success : Verb.Failed);
            }
            finally
            {
                Directory.Delete(bundle, recursive: true);
            }
        }));
        return command;
    }
}
