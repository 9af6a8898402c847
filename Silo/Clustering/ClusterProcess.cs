using Loupe.Engine.Hosting;
using Loupe.Grains.Hosting;
using Loupe.Redis;
using Loupe.Silo.Hosting;
using Loupe.Silo.Tracing;
using Microsoft.Extensions.Options;

namespace Loupe.Silo.Clustering;

/// <summary>
/// Every process is a silo: alone a cluster of one, or one of several on this machine, of which the first starts the others
/// with its own arguments, or one of those that meet in a Redis, or both.
/// </summary>
internal static class ClusterProcess
{
    /// <summary>Registers this process as a silo, and in the first one the others.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        var (configuration, services) = (builder.Configuration, builder.Services);
        var process = ClusterProcessOptions.Read(configuration);
        var cluster = configuration.GetSection(LoupeClusterOptions.Section).Get<LoupeClusterOptions>() ?? new();
        if (new LoupeClusterOptionsValidator().Validate(null, cluster) is { Failed: true } invalid)
        {
            throw new OptionsValidationException(LoupeClusterOptions.Section, typeof(LoupeClusterOptions), invalid.Failures);
        }

        var redis = process.Redis is { Length: > 0 } text ? RedisAddress.Parse(text) : null;
        if (cluster.HasModel)
        {
            services.AddLoupeEngine(configuration);
        }
        else if (redis is null && process.Index == 0)
        {
            throw new UsageException(
                "Cluster:Roles leaves this process without a model, and there is no cluster to ask: add encode and decode, or --redis.");
        }
        else
        {
            services.AddLoupeImages(configuration);
        }

        if (redis is not null)
        {
            services.AddLoupeRedis(configuration, redis);
        }

        var tls = SiloTls.Load(configuration.GetSection(SiloTlsOptions.Section).Get<SiloTlsOptions>() ?? new());
        builder.UseOrleans(silo =>
        {
            Membership.Use(silo, configuration, process, isAlone: cluster.Silos + cluster.Gateways == 1, redis)
                .AddLoupeCluster(configuration);
            tls?.Use(silo);
            if (TracingOptions.IsAskedFor(configuration))
            {
                // Only then: it puts a filter around every call between grains.
                silo.AddActivityPropagation();
            }

            if (process.Dashboard)
            {
                Dashboard.Add(silo);
            }
        });
        // After Orleans, so that the further silos leave before the first one, which may keep the membership.
        if (process.Index > 0)
        {
            services.AddHostedService(provider => new FirstSiloWatch(
                outlivesIt: redis is not null, provider.GetRequiredService<IHostApplicationLifetime>()));
        }
        else if (process.StartsOthers && cluster.Silos + cluster.Gateways > 1)
        {
            var data = configuration.GetValue("Loupe:Data", new EngineOptions().Data)!;
            services.AddHostedService(provider => new FurtherSilos(
                cluster.Silos, cluster.Gateways, data, provider.GetRequiredService<ILogger<FurtherSilos>>()));
        }
    }

    /// <summary>Maps what Orleans itself serves; before the gateway.</summary>
    public static void Map(WebApplication app)
    {
        if (ClusterProcessOptions.Read(app.Configuration).Dashboard)
        {
            Dashboard.Map(app);
        }
    }
}
