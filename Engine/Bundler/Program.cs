using System.CommandLine;
using Loupe.Bundler.Verbs;
using Spectre.Console;

var root = new RootCommand("""
    Models on this machine.

    Examples:
      loupe pull                                     what there is to pull
      loupe pull florence-2-base                     fetched, checked, made ready; then: loupe up --bundle florence-2-base
      loupe pull florence-2-base --from DIR          of a folder or mirror, where there is no network
      loupe models                                   what is here
      loupe bundle florence DIR -o OUT               a bundle of a folder as it was published
      loupe bundle check DIR                         compared with what the original says
    """)
{
    BundleVerb.Create(),
    PullVerb.Create(),
    ModelsVerb.Create(),
    RemoveVerb.Create(),
};

// What is redirected is read by programs: nothing is folded for it.
if (Console.IsOutputRedirected)
{
    AnsiConsole.Profile.Width = 4096;
}

var parsed = root.Parse(args);
foreach (var error in parsed.Errors)
{
    await Console.Error.WriteLineAsync($"loupe: {error.Message}");
}

return parsed.Errors.Count > 0 ? Verb.BadUsage : await parsed.InvokeAsync();
