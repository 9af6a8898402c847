using System.Net;
using Loupe.Engine.Hosting;
using Loupe.Grains.Hosting;
using Loupe.Silo.Hosting;

namespace Loupe.Silo.Feeds;

/// <summary>
/// A local cluster of several processes: the first starts the others with its own arguments. All share the folder of
/// images; each has its own features.
/// </summary>
internal static class ClusterProcess
{
    private const int FirstSiloPort = 11_111;

    /// <summary>Whether a cluster is asked for: <c>--silos N</c> with more than one.</summary>
    public static bool IsAskedFor(IConfiguration configuration) => Count(configuration) > 1;

    /// <summary>Registers this process as a silo, and in the first one the others.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var index = configuration.GetValue("Cluster:Index", 0);
        var port = configuration.GetValue("Cluster:Port", FirstSiloPort);
        var data = configuration.GetValue("Loupe:Data", new EngineOptions().Data)!;
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port + index, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, port))
            .Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = $"silo-{index}")
            .AddLoupeCluster(configuration));
        // After Orleans, so that the further silos leave before the first one, which keeps the membership.
        if (index > 0)
        {
            builder.Services.AddHostedService<FirstSiloWatch>();
        }
        else if (configuration.GetValue("Cluster:StartsOthers", true))
        {
            builder.Services.AddHostedService(provider => new FurtherSilos(
                Count(configuration), data, provider.GetRequiredService<ILogger<FurtherSilos>>()));
        }
    }

    /// <summary>How many processes: 1 where nothing is said.</summary>
    private static int Count(IConfiguration configuration) =>
        configuration.GetValue("Cluster:Silos", 1) is var count and >= 1 and <= 64
            ? count
            : throw new UsageException("--silos takes 1 to 64.");
}
