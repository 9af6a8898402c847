using Loupe.Engine.Hosting;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Loupe.Grains.Shares;

namespace Loupe.Grains;

/// <summary>The state of all silos, from this silo's load board. A silo whose news are stale is shown as saturated.</summary>
public sealed class ClusterView(ISiloShare share, EngineOptions options, LoadBoard board, Silos silos, IEnumerable<IDependency> dependencies) : IClusterView
{
    public string? NotReadyBecause => share.NotReadyBecause ?? (share.NeedsOthers ? MissingRole : null);

    private string? MissingRole =>
        SiloRoles.OfModel.FirstOrDefault(role => !board.All().Any(heard => !heard.IsStale && heard.Load.Serves(role, share.Local.Bundle.Digest))) is { } role
            ? $"no silo with the role {role} is ready"
            : null;

    public IReadOnlyList<string> Degraded => [.. dependencies.Select(dependency => dependency.Trouble).OfType<string>()];

    public ClusterDescription Describe() => new()
    {
        Mode = "orleans",
        Bundle = share.Local.Bundle,
        Degraded = Degraded is { Count: > 0 } degraded ? degraded : null,
        Silos =
        [
            .. board.All().Select(heard => Describe(heard, options.Queue))
                .Concat(silos.Named().Where(silo => board.Find(silo.Key) is null).Select(silo => Joining(silo.Value, options.Queue)))
                .OrderBy(silo => silo.Name, StringComparer.Ordinal),
        ],
    };

    // A member that has said nothing of itself yet gets no question, as a saturated one.
    private static SiloDescription Joining(string name, QueueOptions queue) => new()
    {
        Name = name,
        ProcessId = 0,
        Roles = [],
        State = SiloState.Joining,
        QueueSeconds = 0,
        Saturation = queue.MaxSeconds / queue.TargetSeconds,
        FeatureBytes = 0,
        FeatureBytesAllowed = 0,
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
