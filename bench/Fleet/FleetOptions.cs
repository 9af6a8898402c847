namespace Loupe.Bench.Fleet;

/// <summary>A local cluster whose processes can be killed one by one.</summary>
internal sealed record FleetOptions
{
    /// <summary>How many silo processes; 1 is a server without a cluster, unless it meets others in a Redis.</summary>
    public required int Silos { get; init; }

    /// <summary>How many of them join from elsewhere, the last ones; no process is started for those. Default: 0.</summary>
    public int Guests { get; init; }

    /// <summary>What they run on: <c>cpu</c>, <c>simulated:…</c> …</summary>
    public required string Device { get; init; }

    /// <summary>Where they meet; null for the memory of the first silo, which must then outlive the others.</summary>
    public string? Redis { get; init; }

    /// <summary>Further settings of every silo, as its command line takes them.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
