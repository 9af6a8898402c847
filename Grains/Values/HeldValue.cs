using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Stages;

namespace Loupe.Grains.Values;

/// <summary>
/// What an image or region grain holds: a value made once for all who wait, held until the store takes it back or the grain
/// goes, and leased to each who uses it. For the turns of one grain.
/// </summary>
/// <param name="key">The value's address.</param>
/// <param name="store">Where it is held.</param>
/// <param name="keeps">False where values are not reused, so that each caller has one made: for measuring.</param>
/// <param name="lost">Told when there is no value any more; from any thread.</param>
internal sealed class HeldValue(ValueKey key, FeatureStore store, bool keeps, Action lost) : IDisposable
{
    private FeatureStore.Holding? _holding;
    private Flight<Fresh>? _flight;
    private bool _disposed;

    public ValueKey Key => key;

    /// <summary>Whether a value is held.</summary>
    public bool IsHeld => _holding is not null && store.Contains(key);

    /// <summary>Whether a value is being made.</summary>
    public bool IsUnderWay => _flight is { IsOver: false };

    /// <summary>Takes over a value that was handed over from another silo, where there is one.</summary>
    public void Claim() => _holding ??= store.Claim(key, lost);

    /// <summary>A lease on the value, and what it took.</summary>
    /// <param name="make">Makes the value, and says what its input took.</param>
    /// <param name="priority">Of who waits.</param>
    /// <param name="cancellation">Waits no longer.</param>
    public async Task<Share> TakeAsync(
        Func<Urgency, CancellationToken, Task<(Made Made, Taken? Input)>> make, Priority priority, CancellationToken cancellation)
    {
        if (!keeps)
        {
            var (made, input) = await make(new Urgency(priority), cancellation);
            return new(store.Pass(key, made.Value), Of(made, input));
        }

        Claim();
        if (_holding?.TryLease() is { } lease)
        {
            return new(lease, new Taken(IsHere: true));
        }

        if (_flight is null or { IsOver: true })
        {
            _flight = new(async (urgency, abandoned) => Hold(await make(urgency, abandoned)), fresh => fresh.Lease.Dispose());
        }

        try
        {
            return await _flight.JoinAsync(
                priority, (fresh, started) =>
                    new Share(fresh.Lease.Share(), started ? fresh.Taken : new Taken(IsHere: true)), cancellation);
        }
        finally
        {
            if (_holding is null && _flight is null or { IsOver: true })
            {
                lost();
            }
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _holding?.Dispose();
    }

    private static Taken Of(Made made, Taken? input) =>
        new(IsHere: true, made.Found, made.Queued.TotalMilliseconds, made.Device.TotalMilliseconds, input);

    private Fresh Hold((Made Made, Taken? Input) result)
    {
        var (made, input) = result;
        var (lease, holding) = store.Keep(key, made.Value, made.CostMs, lost);
        _holding = holding;
        if (_disposed)
        {
            // The grain went while it was made: whoever still waits gets it, and nobody holds it.
            holding?.Dispose();
        }

        return new Fresh(lease, Of(made, input));
    }

    /// <summary>One caller's.</summary>
    internal readonly record struct Share(FeatureStore.Lease Lease, Taken Taken);

    private sealed record Fresh(FeatureStore.Lease Lease, Taken Taken);
}
