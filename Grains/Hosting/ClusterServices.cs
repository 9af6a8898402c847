using Loupe.Engine.Models;
using Loupe.Grains.Draining;
using Loupe.Grains.Images;
using Loupe.Grains.Limits;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Loupe.Grains.Questions;
using Loupe.Grains.Serialization;
using Loupe.Grains.Shares;
using Loupe.Grains.Values;
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
    /// Adds <see cref="ILocalizer"/>, <see cref="IClusterView"/> and the grains over the engine that the host has
    /// (<c>AddLoupeEngine</c>; <c>AddLoupeImages</c> where no role needs the model). Clustering itself (localhost, Redis) is
    /// the caller's to choose.
    /// </summary>
    public static ISiloBuilder AddLoupeCluster(this ISiloBuilder silo, IConfiguration configuration)
    {
        var services = silo.Services;
        services.AddOptions<LoupeClusterOptions>().Bind(configuration.GetSection(LoupeClusterOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<LoupeClusterOptions>, LoupeClusterOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddLoupeSerialization();
        services.AddSingleton<LoadBoard>();
        services.AddSingleton<ImageHeat>();
        services.AddSingleton<Silos>();
        var options = configuration.GetSection(LoupeClusterOptions.Section).Get<LoupeClusterOptions>() ?? new();
        if (options.HasModel)
        {
            services.AddSingleton<AnswerShelf>();
            services.AddSingleton<Census>();
            services.AddSingleton<Readings>();
            services.AddSingleton<HomeFeatures>();
            services.AddSingleton<ISiloShare, EngineShare>();
        }
        else
        {
            services.AddSingleton<ISiloShare, GatewayShare>();
        }

        services.TryAddSingleton(provider => provider.GetRequiredService<IGrammar>().Bundle);
        services.AddSingleton<QuestionAsker>();
        services.AddSingleton<ILocalizer, Localizer>();
        services.AddSingleton<IClusterView, ClusterView>();
        services.AddSingleton<ITenantAllowance, TenantAllowance>();
        services.AddHostedService<LoadPublisher>();
        if (options.HasModel)
        {
            // Stops before the publisher, so that the others go on hearing that this silo drains.
            services.AddSingleton<HandOff>();
            services.AddHostedService(provider => provider.GetRequiredService<HandOff>());
        }

        services.AddPlacementDirector<PlaceWithImage, PlaceWithImageDirector>(ServiceLifetime.Transient);
        silo.AddGrainService<SiloService>();
        silo.Configure<SiloMessagingOptions>(messaging => messaging.CancelRequestOnTimeout = true);
        // A silo that is killed is noticed within seconds; the defaults take half a minute.
        services.AddOptions<ClusterMembershipOptions>().Configure<IOptions<LoupeClusterOptions>>((membership, cluster) =>
        {
            membership.ProbeTimeout = TimeSpan.FromSeconds(cluster.Value.ProbeSeconds);
            membership.NumMissedProbesLimit = cluster.Value.MissedProbes;
            membership.NumVotesForDeathDeclaration = cluster.Value.DeathVotes;
            // A cluster that was lost as a whole is believed to be gone after three of these, and a new one starts.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(cluster.Value.AliveSeconds);
        });
        return silo;
    }
}
