using Microsoft.Extensions.Time.Testing;

namespace Loupe.Gateway.Tests.Batches;

/// <summary>A clock that moves when a test says so, and knows how many timers were ever set by it.</summary>
internal sealed class WatchedTime : FakeTimeProvider
{
    private int _timers;

    public int Timers => Volatile.Read(ref _timers);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref _timers);
        return timer;
    }
}
