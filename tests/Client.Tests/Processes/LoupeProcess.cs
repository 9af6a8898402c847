using System.Diagnostics;

namespace Loupe.Client.Tests.Processes;

/// <summary>The command as users run it: a process of its own.</summary>
internal static class LoupeProcess
{
    public static async Task<(int Code, string Output, string Error)> RunAsync(Uri server, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "loupe.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["LOUPE_SERVER"] = server.ToString();
        start.Environment.Remove("LOUPE_KEY");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
