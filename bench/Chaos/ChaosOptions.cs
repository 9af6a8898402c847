namespace Loupe.Bench.Chaos;

/// <summary>How a cluster is broken while it is used. Every default is stated.</summary>
internal sealed record ChaosOptions
{
    public int Silos { get; init; } = 3;

    /// <summary>What the silos run on. The steps are long enough for two processors to serve many clients.</summary>
    public string Device { get; init; } = "simulated:encode=100ms,region=10ms,step=4ms";

    /// <summary>Where the silos meet; null for the first silo's memory, and then that silo is spared.</summary>
    public string? Redis { get; init; }

    public int Clients { get; init; } = 64;

    /// <summary>Mean pause of a client between two operations.</summary>
    public TimeSpan Think { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long operations are begun.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(180);

    /// <summary>Between two kills.</summary>
    public TimeSpan KillEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Pictures that are uploaded in the course of the run.</summary>
    public int Pictures { get; init; } = 150;

    /// <summary>How long a client tries, on one silo after the other, before it gives an operation up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>An operation that takes longer shows that the cluster has not recovered.</summary>
    public TimeSpan Slow { get; init; } = TimeSpan.FromSeconds(1);

    public int Seed { get; init; } = 1;
}
