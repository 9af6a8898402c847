using System.CommandLine;
using Loupe.Command.Verbs;

var root = new RootCommand("""
    Point at any part of a picture and ask.

    ./loupe up starts a server; ./loupe test and `bench suite` are run by that script too.

    Examples:
      loupe ask cat.jpg                                         a caption
      loupe ask cat.jpg "what is [0]?" --box 10,20,200,220      about a region
      loupe ask cat.jpg "the red ball" --task locate --save out.png
      loupe batch questions.jsonl -o answers.jsonl              goes on where it stopped
      loupe eval models/scenes-mini/eval                        how good are the answers?
      loupe bench load --clients 64 --seconds 60                how many a second?

    Exit code: 0 done, 1 refused or failed (stderr says why), 2 bad usage, 130 stopped by Ctrl-C.
    """)
{
    AskVerb.Create(),
    BatchVerb.Create(),
    EvalVerb.Create(),
    ClusterVerb.Create(),
    BenchVerb.Create(),
};

var parsed = root.Parse(RegionArguments.Join(args));
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors)
    {
        await Console.Error.WriteLineAsync($"loupe: {error.Message}");
    }

    return ExitCode.BadUsage;
}

return await parsed.InvokeAsync();
