namespace Loupe.Bench.Simulation;

/// <summary>
/// Virtual time: what is to happen, in order. Things that happen at the same time do so in the order in which they
/// were put down, so that a run repeats itself. It is the clock of everything that is driven.
/// </summary>
internal sealed class Agenda : TimeProvider
{
    private readonly PriorityQueue<Action, (double At, long Order)> _due = new();
    private long _order;

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(Now * TimeSpan.TicksPerSecond);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Now);

    public void After(double seconds, Action action) => At(Now + seconds, action);

    public void At(double seconds, Action action) => _due.Enqueue(action, (Math.Max(seconds, Now), _order++));

    /// <summary>Lets everything happen that is due until then.</summary>
    public void RunUntil(double seconds)
    {
        while (_due.TryPeek(out var action, out var due) && due.At <= seconds)
        {
            _due.Dequeue();
            Now = due.At;
            action();
        }

        Now = Math.Max(Now, seconds);
    }
}
