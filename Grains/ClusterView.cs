using Loupe.Engine.Hosting;
using Loupe.Grains.Hosting;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Loupe.Grains.Shares;
using Microsoft.Extensions.Options;

namespace Loupe.Grains;

/// <summary>The state of all silos, from this silo's load board. A silo whose news are stale is shown as saturated.</summary>
internal sealed class ClusterView(
    ISiloShare share,
    BundleDescription bundle,
    EngineOptions options,
    IOptions<LoupeClusterOptions> cluster,
    LoadBoard board,
    Silos silos,
    TimeProvider time,
    IEnumerable<IDependency> dependencies) : IClusterView
{
    private readonly long _started = time.GetTimestamp();
    private volatile bool _together;

    public string? NotReadyBecause => share.NotReadyBecause ?? (share.NeedsOthers ? MissingRole : null) ?? MissingSilos;

    // Those that were started together are ready together; one that is lost later makes no other unready.
    private string? MissingSilos
    {
        get
        {
            var wanted = cluster.Value.Silos + cluster.Value.Gateways;
            var heard = board.All().Count(one => !one.IsStale);
            _together |= heard >= wanted || time.GetElapsedTime(_started).TotalSeconds > cluster.Value.TogetherSeconds;
            return _together ? null : $"{heard} of {wanted} silos are there";
        }
    }

    private string? MissingRole =>
        SiloRoles.OfModel.FirstOrDefault(
            role => !board.All().Any(heard => !heard.IsStale && heard.Load.Serves(role, bundle.Digest))) is { } role
            ? $"no silo with the role {role} is ready"
            : null;

    public IReadOnlyList<string> Degraded => [.. dependencies.Select(dependency => dependency.Trouble).OfType<string>()];

    public ClusterDescription Describe() => new()
    {
        Mode = "orleans",
        Bundle = bundle,
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
