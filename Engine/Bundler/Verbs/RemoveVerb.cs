using System.CommandLine;
using Loupe.Bundler.Hub;

namespace Loupe.Bundler.Verbs;

/// <summary><c>loupe remove NAME</c>: a pulled model, and what was begun of it, go.</summary>
internal static class RemoveVerb
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Which." };
        var models = Verb.Models();
        var command = new Command("remove", "Remove a model that was pulled.") { name, models };
        command.SetAction((parsed, _) => Verb.RunAsync(() =>
        {
            new ModelStore(parsed.GetValue(models)!).Remove(parsed.GetValue(name)!);
            Console.WriteLine($"{parsed.GetValue(name)} is gone.");
            return Task.FromResult(Verb.Success);
        }));
        return command;
    }
}
