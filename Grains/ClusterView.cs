using Loupe.Engine.Hosting;
using Loupe.Engine.Stages;
using Loupe.Grains.Load;

namespace Loupe.Grains;

/// <summary>The state of all silos, from this silo's load board. A silo whose news are stale is shown as saturated.</summary>
public sealed class ClusterView(EngineParts engine, Admission admission, EngineOptions options, LoadBoard board, IEnumerable<IDependency> dependencies) : IClusterView
{
    public string? NotReadyBecause =>
        admission.IsDraining ? "draining" : engine.Saturation > options.Queue.MaxSeconds / options.Queue.TargetSeconds ? "saturated" : null;

    public IReadOnlyList<string> Degraded => [.. dependencies.Select(dependency => dependency.Trouble).OfType<string>()];

    public ClusterDescription Describe() => new()
    {
        Mode = "orleans",
        Feed = "full",
        Bundle = engine.Model.Bundle,
        Degraded = Degraded is { Count: > 0 } degraded ? degraded : null,
        Silos = [.. board.All().Select(heard => Describe(heard, options.Queue))],
    };

    private static SiloDescription Describe(LoadBoard.Heard heard, QueueOptions queue) => new()
    {
        Name = heard.Load.Name,
        ProcessId = heard.Load.ProcessId,
        Roles = heard.Load.Roles,
        State = heard.Load.State,
        QueueSeconds = heard.Load.QueueSeconds,
        // JSON has no infinity: what a full queue would say.
        Saturation = heard.IsStale ? Math.Max(heard.Load.Saturation, queue.MaxSeconds / queue.TargetSeconds) : heard.Load.Saturation,
        FeatureBytes = heard.Load.FeatureBytes,
        FeatureBytesAllowed = heard.Load.FeatureBytesAllowed,
    };
}
