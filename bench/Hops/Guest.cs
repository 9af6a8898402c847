using System.Net;
using Loupe.Bench.Fleet;
using Loupe.Engine.Generations;
using Loupe.Engine.Hosting;
using Loupe.Grains.Hosting;
using Loupe.Silo.Clustering;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loupe.Bench.Hops;

/// <summary>This process as the last silo of a local cluster, so that grains can be called from inside.</summary>
internal sealed class Guest : IAsyncDisposable
{
    private readonly IHost _host;

    private Guest(IHost host) => _host = host;

    /// <summary>Questions through the cluster's grains.</summary>
    public ILocalizer Cluster => Service<ILocalizer>();

    public ModelGeneration Engine => Service<GenerationHost>().Current;

    public IGrainFactory Grains => Service<IGrainFactory>();

    public SiloAddress Address => Service<ILocalSiloDetails>().SiloAddress;

    /// <summary>Joins a fleet that expects one guest.</summary>
    public static async Task<Guest> JoinAsync(SiloFleet fleet, string device, CancellationToken cancellation)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Loupe:Device:Device"] = device,
            ["Loupe:AllowSimulatedDevice"] = "true",
            ["Loupe:Data"] = fleet.GuestData,
            ["Loupe:Images"] = fleet.Images,
        });
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddLoupeEngine(builder.Configuration);
        var (index, hosts) = (fleet.Silos.Count, new ClusterProcessOptions());
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(
                fleet.Meeting + index, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, fleet.Meeting), hosts.ServiceId, hosts.ClusterId)
            .Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = $"silo-{index}")
            .AddLoupeCluster(builder.Configuration));
        var host = builder.Build();
        host.Services.GetRequiredService<ILocalizer>();
        await host.StartAsync(cancellation);
        var guest = new Guest(host);
        while (guest.Service<IClusterView>().Describe().Silos.Count < index + 1)
        {
            await Task.Delay(50, cancellation);
        }

        return guest;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }

    private T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();
}
