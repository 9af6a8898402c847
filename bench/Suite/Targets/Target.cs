using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite.Targets;

/// <summary>Something that can do the work of a plan, and be measured at it.</summary>
internal abstract class Target(string name) : IAsyncDisposable
{
    /// <summary>As the results name it.</summary>
    public string Name => name;

    /// <summary>Processor time used so far by what answers; none where it is this process.</summary>
    public virtual TimeSpan? ServerTime => null;

    /// <summary>Does what comes before the measuring: uploads, warm-up, requests made ready.</summary>
    public abstract Task PrepareAsync(Plan plan, CancellationToken cancellation);

    /// <summary>Does the work that <see cref="PrepareAsync"/> was given.</summary>
    public abstract Task<Outcome> RunAsync(Plan plan, CancellationToken cancellation);

    /// <summary>What each operation of the last run said, in the plan's order; null where it failed or says nothing.</summary>
    public abstract IReadOnlyList<string?> Said();

    public abstract ValueTask DisposeAsync();
}
