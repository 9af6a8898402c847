using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Loupe.Redis.Tests.Servers;

/// <summary>
/// A redis-server of its own on a free port of the loopback, in an empty folder. It can be killed and started again,
/// with what its append-only file holds, and stopped in its tracks.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("loupe-redis-").FullName;
    private readonly string[] _settings;
    private Process? _process;

    private RedisServer(int port, string[] settings) => (Port, _settings) = (port, settings);

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>
    /// Starts one that forgets everything when it stops, unless settings say otherwise; skips the test where there is no
    /// redis-server.
    /// </summary>
    /// <param name="settings">As on its command line, such as <c>--appendonly yes</c>.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        Assert.SkipUnless(
            (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "redis-server"))),
            "redis-server is not installed (apt-get install redis-server).");
        while (true)
        {
            var server = new RedisServer(FreePort(), settings);
            try
            {
                await server.StartAgainAsync();
                return server;
            }
            catch (IOException)
            {
                // Another took the port meanwhile.
                await server.DisposeAsync();
            }
        }
    }

    /// <summary>Starts it, on the same port and folder, and waits until it answers.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAgainAsync()
    {
        var start = new ProcessStartInfo("redis-server") { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var word in (string[])
            ["--bind", "127.0.0.1", "--port", $"{Port}", "--dir", _folder, "--save", "", "--daemonize", "no", .. _settings])
        {
            start.ArgumentList.Add(word);
        }

        _process = Process.Start(start)!;
        _ = _process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(Patience);
        while (!await AnswersAsync(patience.Token))
        {
            if (_process.HasExited)
            {
                throw new IOException("redis-server ended.");
            }

            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Connections stay, but nothing answers.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>What it answers to one command, as its protocol writes it.</summary>
    public async Task<string> SayAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{command}\r\nQUIT\r\n"));
        using var reader = new StreamReader(stream);
        return (await reader.ReadToEndAsync())[..^"+OK\r\n".Length].TrimEnd();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether it, and not another on the same port, answers.</summary>
    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        try
        {
            return (await SayAsync("INFO server").WaitAsync(cancellation))
                .Contains($"process_id:{_process!.Id}\r", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is SocketException or IOException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process!.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }
}
