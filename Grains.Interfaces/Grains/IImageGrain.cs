namespace Loupe.Grains;

/// <summary>
/// The address of one image's features. Key: <c>tenant/bundle digest/image id</c>. It guarantees that the cluster
/// encodes an image once, and knows where the features lie.
/// </summary>
[Alias("loupe.IImageGrain")]
public interface IImageGrain : IGrainWithStringKey
{
    /// <summary>Whether features are at hand on the grain's silo.</summary>
    [Alias("state")]
    Task<FeatureState> GetStateAsync(CancellationToken cancellationToken);
}
