using Orleans.Concurrency;

namespace Loupe.Grains;

/// <summary>
/// The address of one image's features, which it holds while it is active. Key: <c>tenant/bundle digest/image id</c>; a
/// replica's, on a silo that answers about the image and is not its home, has <c>@silo</c> behind.
/// </summary>
[Alias("loupe.IImageGrain")]
public interface IImageGrain : IGrainWithStringKey
{
    /// <summary>Whether features are held.</summary>
    [AlwaysInterleave, Alias("state")]
    Task<FeatureState> GetStateAsync(CancellationToken cancellationToken);

    /// <summary>Puts a lease on the features into the caller's hand, found or computed first where they are missing.</summary>
    /// <param name="hand">The caller's, in this process; null from another, where nothing is done.</param>
    /// <param name="priority">Of who waits.</param>
    /// <param name="cancellationToken">The caller waits no longer; what nobody waits for is not computed.</param>
    [AlwaysInterleave, ResponseTimeout(Patience.Longest), Alias("take")]
    Task<Taken> TakeAsync([Immutable] Hand? hand, Priority priority, CancellationToken cancellationToken);

    /// <summary>The features in one bulk transfer, found or computed first where they are missing.</summary>
    [AlwaysInterleave, ResponseTimeout(Patience.Longest), Alias("pull")]
    Task<FeatureTransfer> PullAsync(Priority priority, CancellationToken cancellationToken);
}

/// <summary>What it took to have a value.</summary>
/// <param name="IsHere">Whether it is in the caller's hand: false where grain and caller are on two silos.</param>
/// <param name="Found">Where it came from.</param>
/// <param name="QueueMs">Waiting for the device; 0 where nothing was computed for this caller.</param>
/// <param name="DeviceMs">Device time; 0 where nothing was computed for this caller.</param>
/// <param name="Features">For a prefix: the same of the features it was read from; null where it was there already.</param>
[GenerateSerializer, Immutable, Alias("loupe.Taken")]
public sealed record Taken(
    [property: Id(0)] bool IsHere,
    [property: Id(1)] FeatureReuse Found = FeatureReuse.Hit,
    [property: Id(2)] double QueueMs = 0,
    [property: Id(3)] double DeviceMs = 0,
    [property: Id(4)] Taken? Features = null)
{
    /// <summary>Grain and caller are on two silos.</summary>
    public static Taken Elsewhere { get; } = new(IsHere: false);
}

/// <summary>Features on their way to another silo, bit for bit. The receiver checks <see cref="Check"/>.</summary>
/// <param name="Type">Number format: 1 for float16, 2 for float32.</param>
/// <param name="Shape">Without a batch axis.</param>
/// <param name="Data">Little-endian, row-major.</param>
/// <param name="Check">SHA-256 over the key of the features, type, shape and data.</param>
[GenerateSerializer, Immutable, Alias("loupe.FeatureTransfer")]
public sealed record FeatureTransfer(
    [property: Id(0)] int Type, [property: Id(1)] int[] Shape, [property: Id(2)] ReadOnlyMemory<byte> Data, [property: Id(3)] byte[] Check);
