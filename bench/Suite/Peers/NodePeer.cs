using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Loupe.Bench.Output;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Targets;

namespace Loupe.Bench.Suite.Peers;

/// <summary>The Node.js server of <c>bench/peers/node</c> as a process.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    private const int LeastVersion = 20;
    private const string Listening = "listening on ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    /// <summary>Installs what it needs from npm, once, and starts it.</summary>
    /// <exception cref="MissingTargetException">Node.js, npm or a package is missing.</exception>
    public static async Task<Target> StartAsync(string bundle, SceneBook book, Action<string> tell, CancellationToken cancellation)
    {
        var folder = Path.Combine(
            ResultFolder.Repository() ?? throw new MissingTargetException("it lies in the repository, and this program does not"), "bench",
            "peers", "node");
        await CheckNodeAsync(cancellation);
        await InstallAsync(folder, tell, cancellation);
        var process = Start("node", folder, "server.mjs", "--bundle", bundle, "--port", "0");
        var peer = new NodePeer(process);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
            {
                if (line.StartsWith(Listening, StringComparison.Ordinal))
                {
                    // Nobody reads on, and a full pipe would stop it.
                    process.StandardOutput.Close();
                    return new HttpTarget(TargetNames.Node, [new Uri(line[Listening.Length..])], book, peer.ProcessorTime, peer);
                }
            }

            throw new IOException(
                $"the Node.js server ended before it listened: {await process.StandardError.ReadToEndAsync(cancellation)}");
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    private static async Task CheckNodeAsync(CancellationToken cancellation)
    {
        var (code, version) = await RunAsync("node", ".", cancellation, "--version");
        if (code != 0
            || !int.TryParse(version.TrimStart('v').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || major < LeastVersion)
        {
            throw new MissingTargetException($"it needs Node.js {LeastVersion} or newer (found {version.Trim()})");
        }
    }

    private static async Task InstallAsync(string folder, Action<string> tell, CancellationToken cancellation)
    {
        // npm writes this file when an installation is complete.
        var installed = Path.Combine(folder, "node_modules", ".package-lock.json");
        if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package.json")))
        {
            return;
        }

        tell("  installing its packages from npm (once) …");
        // Without scripts: what the packages need lies in them; onnxruntime-node's script fetches CUDA.
        var (code, output) = await RunAsync("npm", folder, cancellation, "install", "--ignore-scripts", "--no-audit", "--no-fund");
        if (code != 0)
        {
            throw new MissingTargetException($"npm could not install its packages: {output.Trim().ReplaceLineEndings("; ")}");
        }
    }

    private static async Task<(int Code, string Output)> RunAsync(
        string program, string folder, CancellationToken cancellation, params string[] arguments)
    {
        using var process = Start(program, folder, arguments);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        var output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, process.ExitCode == 0 ? output : await errors);
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
        }
        catch (Win32Exception)
        {
            throw new MissingTargetException($"it needs {program}, which is not installed");
        }
    }
}
