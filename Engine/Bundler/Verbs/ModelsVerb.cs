using System.CommandLine;
using Loupe.Bundler.Hub;

namespace Loupe.Bundler.Verbs;

/// <summary><c>loupe models</c>: bundles that are here, and those that can be pulled.</summary>
internal static class ModelsVerb
{
    public static Command Create()
    {
        var models = Verb.Models();
        var command = new Command("models", "Models that are here, and those that can be pulled.") { models };
        command.SetAction((parsed, _) => Verb.RunAsync(() =>
        {
            var here = new ModelStore(parsed.GetValue(models)!).List();
            foreach (var model in here)
            {
                Console.WriteLine($"{model.Name,-20} {model.Bytes / 1_000_000.0,7:0} MB  {model.Folder}");
            }

            foreach (var model in Catalog.All.Where(known => here.All(one => one.Name != known.Name)))
            {
                Console.WriteLine($"{model.Name,-20} {model.Megabytes,7} MB  to be had: ./loupe pull {model.Name}");
            }

            return Task.FromResult(Verb.Success);
        }));
        return command;
    }
}
