using Orleans.Concurrency;

namespace Loupe.Grains;

/// <summary>
/// The address of one region prompt's prefix. Key: <c>tenant/bundle digest/image id/hash of the regions</c>.
/// </summary>
[Alias("loupe.IRegionGrain")]
public interface IRegionGrain : IGrainWithStringKey
{
    /// <summary>
    /// Reads image and regions ahead of a question, so that the next question about them only decodes.
    /// </summary>
    /// <returns>Whether the prefix was there already.</returns>
    [AlwaysInterleave, Alias("prepare")]
    Task<MemoReuse> PrepareAsync([Immutable] IReadOnlyList<Region> regions, CancellationToken cancellationToken);
}
