using Orleans.Placement;

namespace Loupe.Grains.Limits;

/// <inheritdoc cref="IAllowanceGrain"/>
/// <remarks>It lives where it is first asked for. Lost with its silo, it begins a new minute elsewhere.</remarks>
[PreferLocalPlacement]
internal sealed class AllowanceGrain(TimeProvider time) : Grain, IAllowanceGrain
{
    private static readonly TimeSpan Span = TimeSpan.FromMinutes(1);

    private long? _started;
    private int _taken;

    public ValueTask<Granted> TakeAsync(int wanted, int limit, CancellationToken cancellationToken)
    {
        if (_started is not { } started || time.GetElapsedTime(started) >= Span)
        {
            (_started, _taken) = (started = time.GetTimestamp(), 0);
        }

        var granted = Math.Clamp(limit - _taken, 0, wanted);
        _taken += granted;
        return ValueTask.FromResult(new Granted(granted, Math.Max(0, limit - _taken), Span - time.GetElapsedTime(started)));
    }
}
