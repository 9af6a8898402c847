using Loupe.Engine.Features;
using Loupe.Engine.Models;

namespace Loupe.Engine.Stages;

/// <summary>A value as a stage made it: whoever asked for it keeps it or disposes it.</summary>
/// <param name="Value">The value.</param>
/// <param name="Found">Where it came from.</param>
/// <param name="CostMs">What it would take to have it again, in milliseconds.</param>
internal sealed record Made(StageValue Value, FeatureReuse Found, double CostMs)
{
    /// <summary>Waiting for the device; zero where nothing was computed.</summary>
    public TimeSpan Queued { get; init; }

    /// <summary>Device time of the batch; zero where nothing was computed.</summary>
    public TimeSpan Device { get; init; }

    /// <summary>Elements of the batch it was computed in; 0 where nothing was computed.</summary>
    public int BatchSize { get; init; }
}

/// <summary>What it took one caller to get a value.</summary>
/// <param name="Found">Where it came from.</param>
/// <param name="Queued">Waiting for the device; zero where nothing was computed for this caller.</param>
/// <param name="Device">Device time; zero where nothing was computed for this caller.</param>
internal readonly record struct Taking(FeatureReuse Found, TimeSpan Queued, TimeSpan Device)
{
    /// <summary>It was there already.</summary>
    public static Taking Hit { get; } = new(FeatureReuse.Hit, TimeSpan.Zero, TimeSpan.Zero);

    public static Taking Of(Made made) => new(made.Found, made.Queued, made.Device);
}

/// <summary>Features as one question uses them.</summary>
/// <param name="Lease">The caller's own; dispose it.</param>
/// <param name="Took">What it took.</param>
internal readonly record struct LeasedFeatures(FeatureStore.Lease Lease, Taking Took);

/// <summary>A prefix as one question uses it.</summary>
/// <param name="Lease">The caller's own; dispose it.</param>
/// <param name="Took">What reading the regions took.</param>
/// <param name="Features">What the features took that it was read from; null where it was there already.</param>
internal readonly record struct LeasedPrefix(FeatureStore.Lease Lease, Taking Took, Taking? Features);

/// <summary>How a question comes by the values of the earlier stages; each is leased to the caller.</summary>
internal interface IReadings
{
    /// <summary>The features of the question's image.</summary>
    Task<LeasedFeatures> FeaturesAsync(CancellationToken cancellation);

    /// <summary>The prefix of a prompt about the question's image.</summary>
    Task<LeasedPrefix> PrefixAsync(ModelPrompt prompt, CancellationToken cancellation);
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
