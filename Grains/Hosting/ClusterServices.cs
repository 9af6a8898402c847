using Loupe.Engine;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Grains.Images;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Loupe.Grains.Hosting;

/// <summary>Makes a silo out of a host that has the engine.</summary>
public static class ClusterServices
{
    /// <summary>
    /// Puts <see cref="ClusterLocalizer"/> and <see cref="ClusterView"/> in front of the engine that the host has
    /// (<c>AddLoupeEngine</c>). Clustering itself (localhost, Redis) is the caller's to choose.
    /// </summary>
    public static ISiloBuilder AddLoupeCluster(this ISiloBuilder silo, IConfiguration configuration)
    {
        var services = silo.Services;
        services.AddOptions<LoupeClusterOptions>().Bind(configuration.GetSection(LoupeClusterOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<LoupeClusterOptions>, LoupeClusterOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => provider.GetRequiredService<ILocalizedModel>().Bundle);
        services.AddSingleton<LoadBoard>();
        services.AddSingleton<ImageHeat>();
        services.AddSingleton<Silos>();
        services.AddSingleton<IFeatureSource, HomeFeatures>();
        services.TryAddSingleton<LocalLocalizer>();
        services.Replace(ServiceDescriptor.Singleton<ILocalizer, ClusterLocalizer>());
        services.Replace(ServiceDescriptor.Singleton<IClusterView, ClusterView>());
        services.AddHostedService<LoadPublisher>();
        services.AddPlacementDirector<PlaceWithImage, PlaceWithImageDirector>(ServiceLifetime.Transient);
        silo.AddGrainService<SiloService>();
        silo.Configure<SiloMessagingOptions>(messaging => messaging.CancelRequestOnTimeout = true);
        // A silo that is killed is noticed within seconds; the defaults take half a minute.
        silo.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(2);
            membership.NumMissedProbesLimit = 2;
        });
        return silo;
    }
}
