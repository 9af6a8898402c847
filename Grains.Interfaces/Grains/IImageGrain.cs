using Orleans.Concurrency;

namespace Loupe.Grains;

/// <summary>
/// The address of one image's features. Key: <c>tenant/bundle digest/image id</c>. It guarantees that the cluster
/// encodes an image once, and knows where the features lie: on its silo, the image's home.
/// </summary>
[Alias("loupe.IImageGrain")]
public interface IImageGrain : IGrainWithStringKey
{
    /// <summary>Whether features are at hand on the home.</summary>
    [AlwaysInterleave, Alias("state")]
    Task<FeatureState> GetStateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The features, computed first where they are missing, in one bulk transfer; null when the asking silo is the
    /// home itself, which then is the one to compute them.
    /// </summary>
    [AlwaysInterleave, Alias("pull")]
    Task<FeatureTransfer?> PullAsync(SiloAddress asking, CancellationToken cancellationToken);
}

/// <summary>Features on their way to another silo, bit for bit. The receiver checks <see cref="Check"/>.</summary>
/// <param name="Type">Number format: 1 for float16, 2 for float32.</param>
/// <param name="Shape">Without a batch axis.</param>
/// <param name="Data">Little-endian, row-major.</param>
/// <param name="Check">SHA-256 over the key of the features, type, shape and data.</param>
[GenerateSerializer, Immutable, Alias("loupe.FeatureTransfer")]
public sealed record FeatureTransfer(
    [property: Id(0)] int Type, [property: Id(1)] int[] Shape, [property: Id(2)] ReadOnlyMemory<byte> Data, [property: Id(3)] byte[] Check);
