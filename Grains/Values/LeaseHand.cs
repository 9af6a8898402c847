using Loupe.Engine.Features;

namespace Loupe.Grains.Values;

/// <summary>
/// Takes one lease from a grain of this process. Whoever gave up waiting disposes it, and a lease that comes later ends at
/// once: no order of the two leaks one.
/// </summary>
internal sealed class LeaseHand : Hand, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FeatureStore.Lease? _lease;
    private bool _closed;

    /// <summary>Ends when a grain of this process has the hand: what it is to put in may take its time from then on.</summary>
    public Task Arrived => _arrived.Task;

    /// <summary>Told by the grain.</summary>
    public void Arrive() => _arrived.TrySetResult();

    /// <summary>Puts a lease in, which is the hand's from now on.</summary>
    public void Give(FeatureStore.Lease lease)
    {
        lock (_lock)
        {
            if (!_closed && _lease is null)
            {
                _lease = lease;
                return;
            }
        }

        lease.Dispose();
    }

    /// <summary>The lease, which is the caller's from now on.</summary>
    public FeatureStore.Lease Take()
    {
        lock (_lock)
        {
            var lease = _lease ?? throw new InvalidOperationException("The hand is empty.");
            _lease = null;
            return lease;
        }
    }

    public void Dispose()
    {
        FeatureStore.Lease? left;
        lock (_lock)
        {
            (left, _lease, _closed) = (_lease, null, true);
        }

        left?.Dispose();
    }
}
