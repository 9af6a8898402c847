namespace Loupe.Grains.Shares;

/// <summary>What this process itself brings to the cluster, beside its grains: an engine, or a gateway alone.</summary>
internal interface ISiloShare
{
    SiloState State { get; }

    ShareLoad Load { get; }

    /// <summary>Why this process should get no new questions now for a reason of its own, or null.</summary>
    string? NotReadyBecause { get; }

    /// <summary>Whether answers depend on other silos altogether.</summary>
    bool NeedsOthers { get; }

    /// <summary>Whether the features of an image are in memory here.</summary>
    bool Has(ImageKey image);

    /// <summary>Keeps features that another silo hands over; false where it does not want them or they did not arrive as sent.</summary>
    Task<bool> AdoptAsync(ImageKey image, FeatureTransfer features);

    /// <summary>Takes from the grains of this process what they hold of an image, and from the tier behind them.</summary>
    Task ForgetAsync(ImageKey image, CancellationToken cancellation);
}

/// <summary>How busy and how full a silo is.</summary>
/// <param name="QueueSeconds">How long a question admitted now would wait for the device.</param>
/// <param name="Saturation">Queue time over its target.</param>
/// <param name="Busy">The share of the time in which its device worked, 0 to 1.</param>
/// <param name="FeatureBytes">Bytes of features and prefixes kept.</param>
/// <param name="FeatureBytesAllowed">The budget for them.</param>
internal readonly record struct ShareLoad(double QueueSeconds, double Saturation, double Busy, long FeatureBytes, long FeatureBytesAllowed);
