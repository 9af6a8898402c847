using System.Net;
using System.Net.Sockets;
using Loupe.Redis;
using Loupe.Silo.Hosting;
using Orleans.Configuration;

namespace Loupe.Silo.Clustering;

/// <summary>
/// How silos find each other. In a Redis, so that any of them may die; without one, in the first process of this
/// machine, with which the cluster ends.
/// </summary>
internal static class Membership
{
    private const int FirstSiloPort = 11_111;

    /// <param name="silo">To be configured.</param>
    /// <param name="configuration">Name and address are read.</param>
    /// <param name="process">Its place.</param>
    /// <param name="isAlone">Nobody needs to find it.</param>
    /// <param name="redis">Where they meet, or null for the first process.</param>
    public static ISiloBuilder Use(
        ISiloBuilder silo, IConfiguration configuration, ClusterProcessOptions process, bool isAlone, RedisAddress? redis)
    {
        var (port, index) = (process.Port, process.Index);
        var first = port == 0 ? FirstSiloPort : port;
        if (redis is null)
        {
            // Only the first of several is looked for; where the others listen, they tell it. One that is alone takes a port that
            // nobody had a moment ago: a neighbour that is still leaving one would take its membership for its own.
            var local = isAlone && port == 0 ? Bind(IPAddress.Loopback, 0)
                : index == 0 && !isAlone ? Wanted(first)
                : FreePort(IPAddress.Loopback, first + index);
            return silo
                .UseLocalhostClustering(
                    local, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, isAlone ? local : first), process.ServiceId,
                    process.ClusterId)
                .Configure<Orleans.Configuration.SiloOptions>(
                    options => options.SiloName = SiloIdentity.NameOf(configuration, index, $"silo-{index}"));
        }

        var address = SiloIdentity.AddressOf(configuration);
        var own = port == 0 ? FreePort(address, first + index) : first + index;
        return silo
            // Images find their home by silos' names: each has its own, and keeps it when it is started again.
            .Configure<Orleans.Configuration.SiloOptions>(
                options => options.SiloName = SiloIdentity.NameOf(configuration, index, $"{Environment.MachineName}-{own}"))
            .UseRedisClustering(options => options.ConfigurationOptions = redis.Options("membership"))
            .Configure<ClusterOptions>(options =>
            {
                options.ClusterId = process.ClusterId;
                options.ServiceId = process.ServiceId;
            })
            .ConfigureEndpoints(address, own, gatewayPort: 0);
    }

    private static int Wanted(int first)
    {
        try
        {
            return Bind(IPAddress.Loopback, first);
        }
        catch (SocketException)
        {
            throw new UsageException(
                $"port {first}, on which the processes of this cluster find its first, is taken: stop who listens there (another ./loupe "
                    + "up --silos?) or choose another with --Cluster:Port");
        }
    }

    /// <summary>
    /// The port of its place in the row, so that a silo started again takes over from the one that died there; another
    /// where that is taken.
    /// </summary>
    private static int FreePort(IPAddress address, int wanted)
    {
        try
        {
            return Bind(address, wanted);
        }
        catch (SocketException)
        {
            return Bind(address, 0);
        }
    }

    private static int Bind(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
