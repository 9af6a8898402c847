using Loupe.Engine.Features;

namespace Loupe.Engine.Stages;

/// <summary>A stage's value as one caller holds it, and what it took to get it.</summary>
/// <param name="Lease">The caller's own; dispose it.</param>
/// <param name="Found">Where it came from.</param>
/// <param name="Queued">Waiting for the device; zero where nothing was computed for this caller.</param>
/// <param name="Device">Device time; zero where nothing was computed for this caller.</param>
public sealed record Staged(FeatureStore.Lease Lease, FeatureReuse Found, TimeSpan Queued, TimeSpan Device)
{
    /// <summary>Elements of the batch it was computed in; 0 where nothing was computed for this caller.</summary>
    public int BatchSize { get; init; }

    internal static Staged Hit(FeatureStore.Lease lease) => new(lease, FeatureReuse.Hit, TimeSpan.Zero, TimeSpan.Zero);
}

/// <summary>Which stages remember their values. Everything but <see cref="Full"/> exists to be measured against.</summary>
public enum ReuseMode
{
    /// <summary>All three stages.</summary>
    Full,

    /// <summary>None: every question pays for everything.</summary>
    None,

    /// <summary>Features of whole images only.</summary>
    Image,

    /// <summary>Whole answers only.</summary>
    Answer,
}
