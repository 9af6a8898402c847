using Loupe.Engine.Models;

namespace Loupe.Engine.Features;

/// <summary>Another machine that may have an image's features, or is the one to compute them.</summary>
public interface IFeatureSource
{
    /// <summary>The features, bit for bit as computed there; null when they are to be computed here.</summary>
    /// <exception cref="LocalizerException">They can be had nowhere.</exception>
    Task<TensorBlob?> PullAsync(ValueKey key, CancellationToken cancellation);
}
