using System.CommandLine;
using Loupe.Bench.Verbs;

namespace Loupe.Bench.Photographs;

/// <summary><c>loupe bench bundle NAME</c>: a model of true size with random weights.</summary>
internal static class BundleVerb
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"{string.Join(" or ", FlorenceSizes.All.Select(sizes => sizes.Name))}." };
        name.AcceptOnlyFromAmong([.. FlorenceSizes.All.Select(sizes => sizes.Name)]);
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Where it goes. Default: NAME-random in the folder of models.",
            HelpName = "DIR",
        };
        var tokens = new Option<int>("--max-tokens")
        {
            Description = "Of an answer, which is always so long: random weights never end.",
            DefaultValueFactory = _ => 34,
            HelpName = "N",
        };
        var command = new Command(VerbNames.Bundle, VerbNames.What(VerbNames.Bundle)) { name, output, tokens };
        command.SetAction((parsed, _) => Measurement.RunAsync(() =>
        {
            var sizes = FlorenceSizes.All.First(known => known.Name == parsed.GetValue(name));
            var folder = parsed.GetValue(output)
                ?? Path.Combine(Environment.GetEnvironmentVariable("LOUPE_MODELS") ?? "loupe-models", $"{sizes.Name}-random");
            new RandomFlorence(sizes).Write(folder, parsed.GetValue(tokens));
            Console.WriteLine(
                $"{folder} is a bundle of true size that means nothing. Measure it: ./loupe bench photographs --bundle {folder}");
            return Task.FromResult(ExitCode.Success);
        }));
        return command;
    }
}
