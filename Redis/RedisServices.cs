using Loupe.Engine.Features;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Telemetry;
using Loupe.Redis.Features;
using Loupe.Redis.Images;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Redis;

/// <summary>Puts Redis under the engine of a host.</summary>
public static class RedisServices
{
    /// <summary>
    /// Replaces the image store of the engine that the host has (<c>AddLoupeEngine</c>), and its feature tier, by ones
    /// in Redis. Nothing is connected before it is used.
    /// </summary>
    public static IServiceCollection AddLoupeRedis(this IServiceCollection services, IConfiguration configuration, RedisAddress address)
    {
        var section = configuration.GetSection(RedisOptions.Section);
        services.AddOptions<RedisOptions>().Bind(section).ValidateOnStart();
        services.PostConfigure<RedisOptions>(
            options => options.Prefix = options.Prefix is "" or null ? ServiceOf(configuration) : options.Prefix);
        services.TryAddSingleton<IValidateOptions<RedisOptions>, RedisOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        AddLink(services, address, "images", "The image store cannot be reached: only images asked about before are served.");
        AddLink(services, address, "uploads", "The image store cannot be reached: uploads are refused.");
        services.AddHostedService(provider => new RedisStart(
            Link(provider, "images"), address, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisStart>>()));
        services.Replace(ServiceDescriptor.Singleton<IImageStore>(provider => new RedisImageStore(
            Link(provider, "images"),
            Link(provider, "uploads"),
            Options(provider),
            provider.GetRequiredService<IPictureInspector>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisImageStore>>())));
        if ((section.Get<RedisOptions>() ?? new()).FeatureBytes > 0)
        {
            AddLink(services, address, "features", "The feature tier cannot be reached: what memory has lost is encoded again.");
            services.AddSingleton<IFeatureTier>(provider => new RedisFeatureTier(
                Link(provider, "features"),
                Options(provider),
                provider.GetRequiredService<EngineMetrics>(),
                provider.GetRequiredService<ILogger<RedisFeatureTier>>()));
        }

        return services;
    }

    private static string ServiceOf(IConfiguration configuration) =>
        configuration["Cluster:ServiceId"] is { } id && !string.IsNullOrWhiteSpace(id) ? id : "loupe";

    private static void AddLink(IServiceCollection services, RedisAddress address, string name, string trouble)
    {
        services.AddKeyedSingleton(name, (provider, _) => new RedisLink(
            address, name, trouble, Options(provider), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RedisLink>>()));
        services.AddSingleton<IDependency>(provider => Link(provider, name));
    }

    private static RedisLink Link(IServiceProvider provider, string name) => provider.GetRequiredKeyedService<RedisLink>(name);

    private static RedisOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<RedisOptions>>().Value;
}
