using Loupe.Engine.Hosting;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>
/// Decides before any work whether a question can be answered in time: by the device time that waits in the queues,
/// as measured, against the question's deadline and the longest queue allowed. Counts what is under way, for draining.
/// </summary>
/// <param name="load">The present queues.</param>
/// <param name="options">The longest queue allowed.</param>
/// <param name="metrics">Counts refusals.</param>
internal sealed class Admission(IEngineLoad load, EngineOptions options, EngineMetrics metrics)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inside;
    private bool _draining;

    public bool IsDraining
    {
        get
        {
            lock (_lock)
            {
                return _draining;
            }
        }
    }

    /// <summary>Questions under way.</summary>
    public int Inside
    {
        get
        {
            lock (_lock)
            {
                return _inside;
            }
        }
    }

    /// <summary>Lets a question in; dispose the ticket when it has ended.</summary>
    /// <exception cref="LocalizerException">Overloaded or draining; nothing was done.</exception>
    public IDisposable Enter(bool warm, TimeSpan deadline)
    {
        var wait = load.EstimateWait(warm);
        if (wait.TotalSeconds > options.Queue.MaxSeconds || wait > deadline)
        {
            metrics.Shed("queue");
            throw LocalizerException.Of(
                ProblemKind.Overloaded,
                $"The queue is {wait.TotalSeconds:0.0} s long, which is more than "
                    + $"{(wait > deadline ? "the question's deadline" : "this server lets it grow")}.",
                RetryAfter(wait));
        }

        lock (_lock)
        {
            if (_draining)
            {
                metrics.Shed("draining");
                throw LocalizerException.Of(
                    ProblemKind.Unavailable, "The server is shutting down; ask another, or this one in a moment.", TimeSpan.FromSeconds(1));
            }

            _inside++;
        }

        return new Ticket(this);
    }

    /// <summary>Lets nothing in any more; completes when all that was inside has left.</summary>
    public Task DrainAsync()
    {
        lock (_lock)
        {
            _draining = true;
            if (_inside == 0)
            {
                _empty.TrySetResult();
            }
        }

        return _empty.Task;
    }

    // Half the queue may have gone by then; at least a second, as the header counts in whole ones.
    private static TimeSpan RetryAfter(TimeSpan wait) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait.TotalSeconds / 2)));

    private void Leave()
    {
        lock (_lock)
        {
            if (--_inside == 0 && _draining)
            {
                _empty.TrySetResult();
            }
        }
    }

    private sealed class Ticket(Admission owner) : IDisposable
    {
        private Admission? _owner = owner;

        public void Dispose() => Interlocked.Exchange(ref _owner, null)?.Leave();
    }
}

/// <summary>How long the queues are.</summary>
internal interface IEngineLoad
{
    /// <summary>Device time before a question that comes now would be started on its last stage.</summary>
    /// <param name="warm">Whether its image's features are at hand.</param>
    TimeSpan EstimateWait(bool warm);
}
