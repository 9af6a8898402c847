using Spectre.Console;

namespace Loupe.Bench.Output;

/// <summary>Consoles that do not cut tables off where there is no terminal to fit.</summary>
internal static class Consoles
{
    private const int WideEnough = 400;

    public static IAnsiConsole Out()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings());
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = WideEnough;
            console.Profile.Capabilities.Ansi = false;
        }

        return console;
    }
}
