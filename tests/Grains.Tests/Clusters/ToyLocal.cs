using Loupe.Engine;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Grains.Tests.Clusters;

/// <summary>One process without any cluster, to compare with.</summary>
internal sealed class ToyLocal : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EngineParts _engine;

    public ToyLocal()
    {
        var options = new EngineOptions { Data = _folder.Path, Features = new FeatureOptions { TierBytes = 0 } };
        var metrics = new EngineMetrics();
        var images = new FileImageStore(_folder.Path, new ToyInspector(), TimeProvider.System, NullLogger<FileImageStore>.Instance);
        _engine = new EngineParts(new ToyModel(slots: 32), options, images, metrics, TimeProvider.System, NullLoggerFactory.Instance);
        Localizer = new LocalLocalizer(
            _engine, new Admission(_engine, TimeSpan.FromSeconds(60), metrics), options, TimeProvider.System, NullLogger<LocalLocalizer>.Instance);
    }

    public LocalLocalizer Localizer { get; }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }
}
