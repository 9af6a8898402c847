using Orleans.Concurrency;
using Orleans.Services;

namespace Loupe.Grains.Load;

/// <summary>What silos ask of each other by address, not by image.</summary>
[Alias("loupe.ISiloService")]
internal interface ISiloService : IGrainService
{
    /// <summary>Tells how a silo is.</summary>
    [OneWay, Alias("post")]
    Task PostAsync(SiloAddress silo, SiloLoad load);

    /// <summary>Whether the features of an image are in this silo's memory.</summary>
    [Alias("has")]
    Task<bool> HasAsync(ImageKey image);

    /// <summary>
    /// Takes over the features of an image from a silo that leaves. True when they are here now; false when they did not
    /// arrive as sent, or the image is gone.
    /// </summary>
    [Alias("adopt")]
    Task<bool> AdoptAsync(ImageKey image, FeatureTransfer features);

    /// <summary>Takes from the grains of this silo what they hold of an image.</summary>
    [Alias("forget")]
    Task ForgetAsync(ImageKey image);
}
