using System.CommandLine;
using Loupe.Command.Verbs;

var root = new RootCommand("Point at any part of a picture and ask. `./loupe up` starts a server, `./loupe test` runs the tests, `./loupe feed` names the package feed.")
{
    AskVerb.Create(),
    BatchVerb.Create(),
    ClusterVerb.Create(),
    EvalVerb.Create(),
    BenchVerb.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync($"loupe: {error.Message}");
    }

    return ExitCode.BadUsage;
}

return await parsed.InvokeAsync();
