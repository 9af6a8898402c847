namespace Loupe.Engine.Families.Simulated;

/// <summary>
/// Waits in place of a device. A thread wakes up later than it asked to; what it overslept is taken off the next wait,
/// so that a busy device does its work at exactly the rate that was asked for. One for each device thread.
/// </summary>
/// <param name="time">By which what was overslept is taken off the next wait.</param>
/// <param name="sleep">Blocks the calling thread without using its processor.</param>
internal sealed class ServiceClock(TimeProvider time, Action<TimeSpan> sleep)
{
    // An oversleep beyond this was no rounding: the machine was busy elsewhere, and the device would not have caught up.
    private static readonly TimeSpan MostCarried = TimeSpan.FromMilliseconds(20);

    private TimeSpan _overslept;

    public void Serve(TimeSpan service)
    {
        var rest = service - _overslept;
        if (rest <= TimeSpan.Zero)
        {
            _overslept = -rest;
            return;
        }

        var started = time.GetTimestamp();
        sleep(rest);
        var late = time.GetElapsedTime(started) - rest;
        _overslept = late < TimeSpan.Zero ? TimeSpan.Zero : late > MostCarried ? MostCarried : late;
    }
}
