using Loupe.Engine.Models;

namespace Loupe.Engine.Features;

/// <summary>
/// Where features are kept beyond memory. Nothing here is needed for an answer: what it has lost, or cannot be asked
/// for in time, is computed again. Every member may be called from any thread.
/// </summary>
internal interface IFeatureTier : IAsyncDisposable
{
    /// <summary>What metrics call it: <c>disk</c>, <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>Bytes of all values, as last known.</summary>
    long Bytes { get; }

    /// <summary>Puts a value in line to be written; drops it when the tier cannot keep up. Never waits.</summary>
    void Offer(ValueKey key, TensorBlob blob);

    /// <summary>The value, or null where there is none that checks, or none in time.</summary>
    Task<TensorBlob?> ReadAsync(ValueKey key, CancellationToken cancellation);

    /// <summary>Removes all values of an image.</summary>
    /// <exception cref="LocalizerException">The tier cannot be reached; the values may still be there.</exception>
    Task ForgetAsync(ImageKey image, CancellationToken cancellation);
}
