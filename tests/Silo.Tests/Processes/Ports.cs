using System.Net;
using System.Net.Sockets;

namespace Loupe.Silo.Tests.Processes;

internal static class Ports
{
    // Below those that systems hand out by themselves, so that no connection of a neighbour sits on the next one.
    private const int Lowest = 21_000;
    private const int Highest = 32_000;

    /// <summary>A port of loopback that nobody listens on, and whose successors nobody does.</summary>
    /// <param name="inARow">How many ports, this one included.</param>
    public static int Free(int inARow = 4)
    {
        while (true)
        {
            var first = Random.Shared.Next(Lowest, Highest - inARow);
            if (Enumerable.Range(first, inARow).All(IsFree))
            {
                return first;
            }
        }
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
