using Loupe.Engine.Devices;
using Loupe.Engine.Families;
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
    /// Adds <see cref="ILocalizer"/> and <see cref="IClusterView"/> over the bundle of section <c>Loupe</c>. The bundle
    /// is loaded and warmed when <see cref="ILocalizer"/> is first asked for; a host asks before it listens, so that
    /// what is wrong with a bundle is said at start.
    /// </summary>
    public static IServiceCollection AddLoupeEngine(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddLoupeImages(configuration);
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<EngineOptions>();
            var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ModelLoader));
            return new RebuildingModel(
                () => ModelLoader.Load(options.Bundle, options.Device, logger),
                DeviceException.IsFault,
                provider.GetRequiredService<ILogger<RebuildingModel>>());
        });
        services.AddSingleton<ILocalizedModel>(provider => provider.GetRequiredService<RebuildingModel>());
        services.AddSingleton<EngineParts>();
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<EngineOptions>();
            return new Admission(
                provider.GetRequiredService<EngineParts>(),
                TimeSpan.FromSeconds(options.Queue.MaxSeconds),
                provider.GetRequiredService<EngineMetrics>());
        });
        services.TryAddSingleton<ILocalizer, LocalLocalizer>();
        services.TryAddSingleton<IClusterView, LocalClusterView>();
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
        services.AddSingleton<EngineMetrics>();
        services.AddSingleton<IPictureInspector>(provider => new PictureInspector(LimitsOf(provider.GetRequiredService<EngineOptions>())));
        services.AddSingleton<IImageStore>(provider => new FileImageStore(
            provider.GetRequiredService<EngineOptions>() is { Images: { } images } ? images : Path.Combine(provider.GetRequiredService<EngineOptions>().Data, "images"),
            provider.GetRequiredService<IPictureInspector>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<FileImageStore>>()));
        return services;
    }

    private static PictureLimits LimitsOf(EngineOptions options) =>
        new() { MaxBytes = options.Limits.MaxImageBytes, MaxPixels = options.Limits.MaxPixels };
}
