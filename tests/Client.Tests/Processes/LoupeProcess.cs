using System.Diagnostics;

namespace Loupe.Client.Tests.Processes;

/// <summary>How a run of the command ended.</summary>
internal sealed record Ran(int Code, string Output, string Error);

/// <summary>The command as users run it: a process of its own.</summary>
internal sealed class LoupeProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private LoupeProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public static LoupeProcess Start(Uri? server, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "loupe.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // As in a terminal that could show colours, whatever the tests themselves run in.
        start.Environment["TERM"] = "xterm-256color";
        start.Environment.Remove("NO_COLOR");
        start.Environment.Remove(LoupeClientOptions.KeyVariable);
        start.Environment.Remove(LoupeClientOptions.ServerVariable);
        if (server is not null)
        {
            start.Environment[LoupeClientOptions.ServerVariable] = server.ToString();
        }

        return new(Process.Start(start)!);
    }

    public static async Task<Ran> RunAsync(Uri? server, params string[] arguments)
    {
        using var process = Start(server, arguments);
        return await process.EndAsync();
    }

    /// <summary>What a power cut does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Ctrl-C.</summary>
    public async Task InterruptAsync()
    {
        using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async Task<Ran> EndAsync()
    {
        await _process.WaitForExitAsync();
        return new(_process.ExitCode, await _output, await _error);
    }

    public void Dispose() => _process.Dispose();
}
