using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary>Where the command writes: answers to stdout; progress, and what went wrong, to stderr.</summary>
internal static class Terminal
{
    // What is redirected is read by programs, or in a window of another width: nothing is folded for it.
    private const int Unfolded = 4096;

    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>A line on stderr, above whatever moves there.</summary>
    public static void Say(string line) => Error.WriteLine(line);

    /// <summary>A bar for work of so many steps; nothing where nobody sees it.</summary>
    /// <param name="name">What the steps are.</param>
    /// <param name="steps">How many.</param>
    /// <param name="work">Is given what to call after so many of them.</param>
    public static async Task ProgressAsync(string name, int steps, Func<Action<int>, Task> work)
    {
        if (Console.IsErrorRedirected)
        {
            await work(_ => { });
            return;
        }

        await Error.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(),
                new SpinnerColumn())
            .StartAsync(progress =>
            {
                var bar = progress.AddTask(Markup.Escape(name), maxValue: Math.Max(1, steps));
                return work(done => bar.Increment(done));
            });
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        // Left to itself the console goes by TERM, which says nothing of where its output goes.
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = Unfolded;
        }

        return console;
    }
}
