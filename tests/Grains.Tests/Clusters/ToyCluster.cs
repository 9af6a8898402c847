using System.Collections.Concurrent;
using Loupe.Engine.Generations;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Loupe.Grains.Serialization;
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

    private readonly ToyClusterOptions _options;

    private ToyCluster(ToyClusterOptions options)
    {
        _options = options;
        var builder = new InProcessTestClusterBuilder(options.Silos);
        builder.ConfigureSilo((silo, host) => Configure(silo.SiloName, host));
        builder.ConfigureClient(client => client.Services.AddLoupeSerialization());
        if (options.Traced)
        {
            builder.ConfigureSilo((_, silo) => silo.AddActivityPropagation());
        }

        _cluster = builder.Build();
    }

    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    public IEnumerable<ToyModel> Models => _models.Values;

    public int Encodes => Models.Sum(model => model.Encoder.Encoded);

    /// <summary>The localizer of the first silo.</summary>
    public ILocalizer First => Localizer(Silos[0]);

    public static Task<ToyCluster> StartAsync(
        short silos = 2, Func<string, string[]>? roles = null, Action<LoupeClusterOptions>? configure = null, bool traced = false) =>
        StartAsync(new ToyClusterOptions { Silos = silos, Roles = roles ?? (_ => []), Cluster = configure ?? (_ => { }), Traced = traced });

    public static async Task<ToyCluster> StartAsync(ToyClusterOptions options)
    {
        var cluster = new ToyCluster(options);
        await cluster._cluster.DeployAsync();
        await cluster.HeardAsync();
        return cluster;
    }

    /// <summary>One silo.</summary>
    public static Task<ToyCluster> AloneAsync(ToyClusterOptions? options = null) => StartAsync((options ?? new()) with { Silos = 1 });

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

    /// <summary>The generation that answers on a silo.</summary>
    public ModelGeneration Engine(InProcessSiloHandle silo) => Get<GenerationHost>(silo).Current;

    /// <summary>Whether a silo has an image's features.</summary>
    public bool IsWarm(InProcessSiloHandle silo, ImageKey image) => Engine(silo).Store.Contains(Engine(silo).Encode.KeyOf(image));

    /// <summary>The image's home, and some other silo.</summary>
    public async Task<(InProcessSiloHandle Home, InProcessSiloHandle Other)> HomeAsync(string image)
    {
        await HeardAsync();
        var candidates = Silos.Select(silo => Get<LoadBoard>(silo).Find(silo.SiloAddress)!.Value.Load)
            .Where(load => load.Serves(SiloRoles.Encode, null))
            .Select(load => new Candidate(load.Name, load.Capacity, load.Saturation)).ToList();
        var home = Rendezvous.Order(AddressOf(image).ToString(), candidates)[0].Name;
        return (Silos.Single(silo => silo.Name == home), Silos.First(silo => silo.Name != home));
    }

    /// <summary>Has an image's features computed at its home.</summary>
    public async Task WarmAsync(InProcessSiloHandle home, string image)
    {
        await Localizer(home).AskAsync(image, "warm");
        Assert.True(IsWarm(home, new ImageKey(Tenant, image)));
    }

    /// <summary>Tells every silo that one is over its bound, for good.</summary>
    public void Saturate(SiloAddress full)
    {
        foreach (var silo in Silos)
        {
            var board = Get<LoadBoard>(silo);
            board.Post(full, board.Find(full)!.Value.Load with { Saturation = 100, Sequence = long.MaxValue });
        }
    }

    public IGrainFactory Grains => _cluster.Client;

    public ImageAddress AddressOf(string image) => new(new ImageKey(Tenant, image), Get<BundleDescription>(Silos[0]).Digest);

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
    public Task HeardAsync() =>
        Wait.UntilAsync(() => Silos.All(silo => Get<LoadBoard>(silo).All().Count(heard => !heard.IsStale) >= Silos.Count));

    private static void Release(ToyModel model)
    {
        model.Encoder.Gate.Set();
        model.Decoder.Gate.Set();
        model.Masker.Gate.Set();
    }

    private void Configure(string name, ISiloBuilder silo)
    {
        var served = _options.Roles(name);
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(served.Select((role, i) => KeyValuePair.Create($"Cluster:Roles:{i}", (string?)role)))
            .Build();
        var options = new EngineOptions
        {
            Name = name,
            Data = Path.Combine(_folder.Path, name),
            Features = new FeatureOptions { TierBytes = 0 },
        };
        options.Queue.MaxSeconds = 60;
        _options.Engine(options);
        var services = silo.Services;
        services.AddSingleton(options);
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton(_options.Images(new FileImageStore(
            Path.Combine(_folder.Path, "images"), _options.Inspector, TimeProvider.System, NullLogger<FileImageStore>.Instance)));
        if (served.Length == 0 || served.Intersect(SiloRoles.OfModel).Any())
        {
            services.AddSingleton<Func<ILocalizedModel>>(_options.Model ?? (() => _models[name] = new ToyModel(slots: 32)));
            services.AddSingleton<Func<Exception, bool>>(error => error is DeviceLost);
            services.AddLoupeGenerations();
        }
        else
        {
            services.AddSingleton<IGrammar>(new ToyModel(slots: 1).Grammar);
        }

        silo.AddLoupeCluster(configuration);
        services.Configure<LoupeClusterOptions>(cluster =>
        {
            (cluster.PublishMilliseconds, cluster.StaleSeconds) = (50, 30);
            _options.Cluster(cluster);
        });
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
    }
}

/// <summary>What a cluster of tests is made of.</summary>
internal sealed record ToyClusterOptions
{
    public short Silos { get; init; } = 2;

    /// <summary>Of each silo by its name; none named: all.</summary>
    public Func<string, string[]> Roles { get; init; } = _ => [];

    public Action<LoupeClusterOptions> Cluster { get; init; } = _ => { };

    public Action<EngineOptions> Engine { get; init; } = _ => { };

    /// <summary>Opens another model than the toy.</summary>
    public Func<ILocalizedModel>? Model { get; init; }

    public IPictureInspector Inspector { get; init; } = new ToyInspector();

    /// <summary>Stands before the image store.</summary>
    public Func<IImageStore, IImageStore> Images { get; init; } = store => store;

    public bool Traced { get; init; }
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
