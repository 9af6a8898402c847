using System.Diagnostics;

namespace Loupe.Silo.Tests.OpenAi;

/// <summary>OpenAI's client for JavaScript, installed beside the tests, once.</summary>
internal static class NodeClient
{
    private static readonly Lazy<Task<string?>> Missing = new(InstallAsync);

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "OpenAi", "npm");

    /// <summary>Runs the script against a server, and gives what it printed.</summary>
    public static async Task<string> AskAsync(Uri server, string picture)
    {
        await InstalledAsync();
        var (code, output, errors) = await RunAsync("node", "ask.mjs", server.ToString().TrimEnd('/'), picture);
        Assert.True(code == 0, $"node ended with {code}:\n{output}\n{errors}");
        return output;
    }

    /// <summary>The folder whose <c>node_modules</c> has the client; skips the test where it cannot be had.</summary>
    public static async Task<string> InstalledAsync()
    {
        var missing = await Missing.Value;
        Assert.SkipWhen(missing is not null, missing ?? "");
        return Folder;
    }

    private static async Task<string?> InstallAsync()
    {
        try
        {
            var (_, version, _) = await RunAsync("node", "--version");
            if (!int.TryParse(version.TrimStart('v').Split('.')[0], out var major) || major < 20)
            {
                return $"OpenAI's npm client needs Node.js 20 or newer; this machine has {version.Trim()}.";
            }

            if (Directory.Exists(Path.Combine(Folder, "node_modules", "openai")))
            {
                return null;
            }

            var (code, _, errors) = await RunAsync("npm", "ci", "--ignore-scripts", "--loglevel=error");
            return code == 0 ? null : $"OpenAI's npm client cannot be installed: {errors.Trim().Split('\n')[0]}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "OpenAI's npm client needs Node.js and npm, which this machine has not.";
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        try
        {
            await process.WaitForExitAsync(patience.Token);
            await Task.WhenAll(output, errors).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await errors);
    }
}
