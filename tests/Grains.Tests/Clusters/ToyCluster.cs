using System.Collections.Concurrent;
using Loupe.Engine;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;

namespace Loupe.Grains.Tests.Clusters;

/// <summary>Real Orleans silos in this process, each with an engine over a toy model; the image store is shared.</summary>
internal sealed class ToyCluster : IAsyncDisposable
{
    public const string Tenant = "a/tenant";

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, ToyModel> _models = [];
    private readonly InProcessTestCluster _cluster;

    private ToyCluster(short silos, Func<string, string[]> roles, Action<LoupeClusterOptions> configure, bool traced)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((options, silo) => Configure(options.SiloName, silo, roles, configure));
        if (traced)
        {
            builder.ConfigureSilo((_, silo) => silo.AddActivityPropagation());
        }

        _cluster = builder.Build();
    }

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    public IEnumerable<ToyModel> Models => _models.Values;

    public int Encodes => Models.Sum(model => model.Encoder.Encoded);

    public static async Task<ToyCluster> StartAsync(
        short silos = 2, Func<string, string[]>? roles = null, Action<LoupeClusterOptions>? configure = null, bool traced = false)
    {
        var cluster = new ToyCluster(silos, roles ?? (_ => SiloRoles.All.ToArray()), configure ?? (_ => { }), traced);
        await cluster._cluster.DeployAsync();
        await cluster.HeardAsync();
        return cluster;
    }

    public T Get<T>(InProcessSiloHandle silo)
        where T : notnull => _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<T>();

    public IServiceProvider Services(InProcessSiloHandle silo) => _cluster.GetSiloServiceProvider(silo.SiloAddress);

    public ILocalizer Localizer(InProcessSiloHandle silo) => Get<ILocalizer>(silo);

    public ToyModel Model(InProcessSiloHandle silo) => _models[silo.Name];

    public async Task<InProcessSiloHandle> AddSiloAsync()
    {
        var silo = await _cluster.StartAdditionalSiloAsync();
        await HeardAsync();
        return silo;
    }

    public async Task KillAsync(InProcessSiloHandle silo)
    {
        // A decode thread that waits at a gate would hold up the end of its silo.
        var killing = _cluster.KillSiloAsync(silo);
        if (_models.TryGetValue(silo.Name, out var model))
        {
            Release(model);
        }

        await killing;
    }

    /// <summary>As on SIGTERM: it drains, hands over and leaves.</summary>
    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    /// <summary>The image's home, and some other silo.</summary>
    public async Task<(InProcessSiloHandle Home, InProcessSiloHandle Other)> HomeAsync(string image)
    {
        await Localizer(Silos[0]).DescribeImageAsync(new ImageKey(Tenant, image), default);
        var home = await WhereAsync(_cluster.Client.GetGrain<IImageGrain>(AddressOf(image).ToString()));
        return (Silos.Single(silo => silo.SiloAddress.Equals(home)), Silos.First(silo => !silo.SiloAddress.Equals(home)));
    }

    public IGrainFactory Grains => _cluster.Client;

    public ImageAddress AddressOf(string image) => new(new ImageKey(Tenant, image), Models.First().Bundle.Digest);

    /// <summary>The silo on which a grain is active, by Orleans' own directory.</summary>
    public async Task<SiloAddress?> WhereAsync(IAddressable grain) =>
        await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);

    public async ValueTask DisposeAsync()
    {
        foreach (var model in Models)
        {
            Release(model);
        }

        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Waits until every silo has heard of every other.</summary>
    public Task HeardAsync() => Wait.UntilAsync(() => Silos.All(silo => Get<LoadBoard>(silo).All().Count(heard => !heard.IsStale) >= Silos.Count));

    private static void Release(ToyModel model)
    {
        model.Encoder.Gate.Set();
        model.Decoder.Gate.Set();
        model.Masker.Gate.Set();
    }

    private void Configure(string name, ISiloBuilder silo, Func<string, string[]> roles, Action<LoupeClusterOptions> configure)
    {
        var served = roles(name);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(served.Select((role, i) => KeyValuePair.Create($"Cluster:Roles:{i}", (string?)role)))
            .Build();
        var options = new EngineOptions { Name = name, Data = Path.Combine(_folder.Path, name), Features = new FeatureOptions { TierBytes = 0 } };
        var services = silo.Services;
        services.AddSingleton(options);
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<IImageStore>(new FileImageStore(
            Path.Combine(_folder.Path, "images"), new ToyInspector(), TimeProvider.System, NullLogger<FileImageStore>.Instance));
        if (served.Intersect(SiloRoles.OfModel).Any())
        {
            services.AddSingleton<ILocalizedModel>(_models.GetOrAdd(name, _ => new ToyModel(slots: 32)));
            services.AddSingleton<EngineParts>();
            services.AddSingleton(provider => new Admission(provider.GetRequiredService<EngineParts>(), TimeSpan.FromSeconds(60), provider.GetRequiredService<EngineMetrics>()));
        }
        else
        {
            services.AddSingleton(new ToyModel(slots: 1).Bundle);
        }

        silo.AddLoupeCluster(configuration);
        services.Configure<LoupeClusterOptions>(cluster =>
        {
            (cluster.PublishMilliseconds, cluster.StaleSeconds) = (50, 30);
            configure(cluster);
        });
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
    }
}

internal static class Wait
{
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            await Task.Delay(5, patience.Token);
        }
    }
}
