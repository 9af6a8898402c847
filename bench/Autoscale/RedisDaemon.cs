using System.Net;
using System.Net.Sockets;
using Loupe.Bench.Fleet;

namespace Loupe.Bench.Autoscale;

/// <summary>A Redis of this run's own, which forgets everything in the end.</summary>
internal static class RedisDaemon
{
    public static async Task<(Daemon Daemon, string Address)> StartAsync(CancellationToken cancellation)
    {
        var port = FreePort.Any();
        var daemon = await Daemon.StartAsync(
            "redis-server",
            "redis-server",
            // Its file is written, so that silos do not warn that images would be lost.
            folder => ["--bind", "127.0.0.1", "--port", $"{port}", "--dir", folder, "--save", "", "--appendonly", "yes"],
            () => AnswersAsync(port, cancellation),
            cancellation);
        return (daemon, $"127.0.0.1:{port}");
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellation)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
