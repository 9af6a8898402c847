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
    private const string DefaultId = "loupe";

    /// <param name="silo">To be configured.</param>
    /// <param name="configuration">Section <c>Cluster</c> is read.</param>
    /// <param name="index">Which process of this machine it is, from 0.</param>
    /// <param name="redis">Where they meet, or null for the first process.</param>
    public static ISiloBuilder Use(ISiloBuilder silo, IConfiguration configuration, int index, RedisAddress? redis)
    {
        var port = configuration.GetValue("Cluster:Port", 0);
        var first = port == 0 ? FirstSiloPort : port;
        if (redis is null)
        {
            // Only the first is looked for; where the others listen, they tell it.
            var local = index == 0 ? Wanted(first) : FreePort(IPAddress.Loopback, first + index);
            return silo
                .UseLocalhostClustering(local, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, first))
                .Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = SiloIdentity.NameOf(configuration, index, $"silo-{index}"));
        }

        var address = SiloIdentity.AddressOf(configuration);
        var own = port == 0 ? FreePort(address, first + index) : first + index;
        return silo
            // Images find their home by silos' names: each has its own, and keeps it when it is started again.
            .Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = SiloIdentity.NameOf(configuration, index, $"{Environment.MachineName}-{own}"))
            .UseRedisClustering(options => options.ConfigurationOptions = redis.Options("membership"))
            .Configure<ClusterOptions>(options =>
            {
                options.ClusterId = IdOf(configuration, "Cluster:ClusterId");
                options.ServiceId = IdOf(configuration, "Cluster:ServiceId");
            })
            .ConfigureEndpoints(address, own, gatewayPort: 0);
    }

    private static string IdOf(IConfiguration configuration, string key) =>
        configuration[key] is { } id && !string.IsNullOrWhiteSpace(id) ? id : DefaultId;

    private static int Wanted(int first)
    {
        try
        {
            return Bind(IPAddress.Loopback, first);
        }
        catch (SocketException)
        {
            throw new UsageException($"port {first}, on which the processes of this cluster find its first, is taken: stop who listens there (another ./loupe up --silos?) or choose another with --Cluster:Port");
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
