using Loupe.Engine.Hosting;
using Loupe.Grains.Hosting;
using Loupe.Redis;
using Loupe.Silo.Hosting;
using Loupe.Silo.Tracing;

namespace Loupe.Silo.Clustering;

/// <summary>
/// A silo of a cluster: of several processes on this machine, of which the first starts the others with its own
/// arguments, or of those that meet in a Redis, or both.
/// </summary>
internal static class ClusterProcess
{
    /// <summary>Whether a cluster is asked for: <c>--silos N</c> with more than one, <c>--gateways</c>, or <c>--redis</c>.</summary>
    public static bool IsAskedFor(IConfiguration configuration) =>
        Count(configuration) > 1 || Gateways(configuration) > 0 || RedisOf(configuration) is not null;

    /// <summary>Whether this process runs the model.</summary>
    public static bool HasModel(IConfiguration configuration) =>
        (configuration.GetSection(LoupeClusterOptions.Section).Get<LoupeClusterOptions>() ?? new()).HasModel;

    /// <summary>Registers this process as a silo, and in the first one the others.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var index = configuration.GetValue("Cluster:Index", 0);
        var data = configuration.GetValue("Loupe:Data", new EngineOptions().Data)!;
        var redis = RedisOf(configuration);
        if (redis is not null)
        {
            builder.Services.AddLoupeRedis(configuration, redis);
        }

        var tls = SiloTls.Load(configuration.GetSection(SiloTlsOptions.Section).Get<SiloTlsOptions>() ?? new());
        builder.UseOrleans(silo =>
        {
            Membership.Use(silo, configuration, index, redis).AddLoupeCluster(configuration);
            tls?.Use(silo);
            if (TracingOptions.IsAskedFor(configuration))
            {
                // Only then: it puts a filter around every call between grains.
                silo.AddActivityPropagation();
            }

            if (Dashboard.IsAskedFor(configuration))
            {
                Dashboard.Add(silo);
            }
        });
        // After Orleans, so that the further silos leave before the first one, which may keep the membership.
        if (index > 0)
        {
            builder.Services.AddHostedService(provider => new FirstSiloWatch(
                outlivesIt: redis is not null, provider.GetRequiredService<IHostApplicationLifetime>()));
        }
        else if (configuration.GetValue("Cluster:StartsOthers", true))
        {
            builder.Services.AddHostedService(provider => new FurtherSilos(
                Count(configuration), Gateways(configuration), data, provider.GetRequiredService<ILogger<FurtherSilos>>()));
        }
    }

    /// <summary>How many processes: 1 where nothing is said.</summary>
    private static int Count(IConfiguration configuration) =>
        configuration.GetValue("Cluster:Silos", 1) is var count and >= 1 and <= 64
            ? count
            : throw new UsageException("--silos takes 1 to 64.");

    private static int Gateways(IConfiguration configuration) =>
        configuration.GetValue("Cluster:Gateways", 0) is var count and >= 0 and <= 64
            ? count
            : throw new UsageException("--gateways takes 0 to 64.");

    private static RedisAddress? RedisOf(IConfiguration configuration) =>
        configuration["Cluster:Redis"] is { Length: > 0 } text ? RedisAddress.Parse(text) : null;
}
