using Orleans.Concurrency;

namespace Loupe.Grains;

/// <summary>
/// The address of one prompt's prefix, which it holds while it is active. Key:
/// <c>tenant/bundle digest/image id/hash of the prompt</c>; a replica's has <c>@silo</c> behind the image.
/// </summary>
[Alias("loupe.IRegionGrain")]
public interface IRegionGrain : IGrainWithStringKey
{
    /// <summary>Puts a lease on the prefix into the caller's hand, read first where it is missing.</summary>
    /// <param name="prompt">Its hash is in the key.</param>
    /// <param name="hand">The caller's, in this process; null from another, where nothing is done.</param>
    /// <param name="priority">Of who waits.</param>
    /// <param name="cancellationToken">The caller waits no longer; what nobody waits for is not read.</param>
    [AlwaysInterleave, ResponseTimeout(Patience.Longest), Alias("take")]
    Task<Taken> TakeAsync([Immutable] ModelPrompt prompt, [Immutable] Hand? hand, Priority priority, CancellationToken cancellationToken);
}
