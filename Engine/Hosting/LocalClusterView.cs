using Loupe.Engine.Stages;

namespace Loupe.Engine.Hosting;

/// <summary>The state of a single process.</summary>
public sealed class LocalClusterView(EngineParts engine, Admission admission, EngineOptions options, IEnumerable<IDependency> dependencies) : IClusterView
{
    public string? NotReadyBecause =>
        admission.IsDraining ? "draining"
        : engine.IsRebuilding ? "the device failed and is being started again"
        : engine.Saturation > options.Queue.MaxSeconds / options.Queue.TargetSeconds ? "saturated"
        : null;

    public IReadOnlyList<string> Degraded => [.. dependencies.Select(dependency => dependency.Trouble).OfType<string>()];

    public ClusterDescription Describe() => new()
    {
        Mode = "single",
        Bundle = engine.Model.Bundle,
        Degraded = Degraded is { Count: > 0 } degraded ? degraded : null,
        Silos =
        [
            new SiloDescription
            {
                Name = options.Name,
                ProcessId = Environment.ProcessId,
                Roles = ["gateway", "encode", "decode"],
                State = admission.IsDraining ? SiloState.Draining : engine.IsRebuilding ? SiloState.Warming : SiloState.Active,
                QueueSeconds = engine.QueueSeconds,
                Saturation = engine.Saturation,
                FeatureBytes = engine.Store.Bytes,
                FeatureBytesAllowed = engine.Store.Budget,
            },
        ],
    };
}
