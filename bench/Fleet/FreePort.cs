using System.Net;
using System.Net.Sockets;

namespace Loupe.Bench.Fleet;

/// <summary>Ports of the loopback that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>One that is free now.</summary>
    public static int Any()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>So many in a row that are free now.</summary>
    /// <exception cref="IOException">There are not so many.</exception>
    public static int[] Row(int count)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var ports = Enumerable.Range(Any(), count).ToArray();
            if (ports[^1] <= IPEndPoint.MaxPort && ports.All(IsFree))
            {
                return ports;
            }
        }

        throw new IOException($"There are no {count} free ports in a row.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
