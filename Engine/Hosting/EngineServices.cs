using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Features;
using Loupe.Engine.Generations;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Imaging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Engine.Hosting;

/// <summary>Puts the engine of one process into a host.</summary>
public static class EngineServices
{
    /// <summary>
    /// Adds the engine over the bundle of section <c>Loupe</c>. The bundle is loaded and warmed when
    /// <see cref="GenerationHost"/> is first asked for; a host asks before it listens, so that what is wrong with a bundle is
    /// said at start.
    /// </summary>
    public static IServiceCollection AddLoupeEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLoupeImages(configuration);
        services.TryAddSingleton<Func<ILocalizedModel>>(provider =>
        {
            var options = provider.GetRequiredService<EngineOptions>();
            var loader = provider.GetRequiredService<ModelLoader>();
            return () => loader.Load(options.Bundle, options.Device);
        });
        return services.AddLoupeGenerations();
    }

    /// <summary>Adds what is kept open of the models that a registered <c>Func&lt;ILocalizedModel&gt;</c> opens.</summary>
    public static IServiceCollection AddLoupeGenerations(this IServiceCollection services)
    {
        services.TryAddSingleton<BusyMeter>();
        services.TryAddSingleton<Func<Exception, bool>>(DeviceException.IsFault);
        services.AddSingleton(provider => new GenerationHost(
            provider.GetRequiredService<Func<ILocalizedModel>>(),
            new GenerationParts(
                provider.GetRequiredService<EngineOptions>(),
                provider.GetRequiredService<IImageStore>(),
                TierOf(provider),
                provider.GetRequiredService<EngineMetrics>(),
                provider.GetRequiredService<BusyMeter>(),
                provider.GetRequiredService<Func<Exception, bool>>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILoggerFactory>()),
            provider.GetRequiredService<ILogger<GenerationHost>>()));
        services.AddSingleton<IEngineLoad>(provider => provider.GetRequiredService<GenerationHost>());
        services.AddSingleton(provider => provider.GetRequiredService<GenerationHost>().Current.Model.Grammar);
        services.AddSingleton<Admission>();
        return services;
    }

    /// <summary>
    /// Adds the image store alone, and what the bundle of section <c>Loupe</c> offers: for a process that takes images
    /// and questions and leaves the model to others.
    /// </summary>
    public static IServiceCollection AddLoupeImages(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EngineOptions>().Bind(configuration.GetSection(EngineOptions.Section)).ValidateOnStart();
        services.TryAddSingleton<IValidateOptions<EngineOptions>, EngineOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<EngineOptions>>().Value);
        foreach (var family in ModelLoader.Shipped)
        {
            services.AddSingleton(family);
        }

        services.TryAddSingleton<ModelLoader>();
        services.TryAddSingleton<IGrammar>(provider =>
            provider.GetRequiredService<ModelLoader>().Read(
                provider.GetRequiredService<EngineOptions>().Bundle, provider.GetRequiredService<EngineOptions>().Device));
        services.AddSingleton(provider => new ImageLimits(provider.GetRequiredService<EngineOptions>().Limits.MaxImageBytes));
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<IPictureInspector>(provider => new PictureInspector(LimitsOf(provider.GetRequiredService<EngineOptions>())));
        services.AddSingleton<IImageStore>(provider => new FileImageStore(
            provider.GetRequiredService<EngineOptions>() is { Images: { } images }
                ? images
                : Path.Combine(provider.GetRequiredService<EngineOptions>().Data, "images"),
            provider.GetRequiredService<IPictureInspector>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FileImageStore>>()));
        return services;
    }

    private static IFeatureTier? TierOf(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<EngineOptions>();
        return options.Reuse is not (ReuseMode.Full or ReuseMode.Image) ? null
            : provider.GetService<IFeatureTier>() is { } shared ? shared
            : options.Features.TierBytes > 0
                ? new FileFeatureTier(
                    Path.Combine(options.Data, "features"), options.Features.TierBytes, provider.GetRequiredService<EngineMetrics>(),
                    provider.GetRequiredService<ILogger<FileFeatureTier>>())
            : null;
    }

    private static PictureLimits LimitsOf(EngineOptions options) =>
        new() { MaxBytes = options.Limits.MaxImageBytes, MaxPixels = options.Limits.MaxPixels };
}
