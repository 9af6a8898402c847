using Loupe.Engine.Features;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Batching;

/// <summary>
/// Brings requests to a device in batches. A few threads own the device (one, but for processors that work on several
/// elements side by side): each takes whatever waits (up to a batch), so an idle device starts at once on a single
/// request, and batches form only while it is busy. Waiting costs are counted in device time: the smoothed milliseconds
/// of one element, measured. An entry whose caller
/// is gone leaves the line at once. A batch that fails is tried again one by one, so that one bad element spoils no other.
/// </summary>
/// <typeparam name="TRequest">What the device reads.</typeparam>
/// <typeparam name="TResult">What it gives.</typeparam>
internal sealed partial class BatchQueue<TRequest, TResult> : IDisposable
{
    private const double CostSmoothing = 0.1;

    private readonly StageName _stage;
    private readonly int _maxBatch;
    private readonly Func<IReadOnlyList<TRequest>, IReadOnlyList<TResult>> _run;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BusyMeter _busy;
    private readonly EngineMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly WaitingLine<Entry> _line = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread[] _threads;
    private double _elementSeconds;
    private int _running;
    private bool _stopping;

    /// <param name="stage">For names and metrics.</param>
    /// <param name="maxBatch">Most elements of a batch.</param>
    /// <param name="workers">Threads, at least 1.</param>
    /// <param name="run">Called on the queue's own threads, by all at once; gives one result for each request, in order.</param>
    /// <param name="busy">Told how long the device worked.</param>
    /// <param name="metrics">Told of batches and waits.</param>
    /// <param name="time">By which waiting and device time are measured.</param>
    /// <param name="logger">Hears of batches that failed.</param>
    public BatchQueue(
        StageName stage, int maxBatch, int workers, Func<IReadOnlyList<TRequest>, IReadOnlyList<TResult>> run, BusyMeter busy,
        EngineMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_stage, _maxBatch, _run, _time, _logger) = (stage, maxBatch, run, time, logger);
        (_busy, _metrics) = (busy, metrics);
        _threads = [.. Enumerable.Range(0, workers).Select(i => new Thread(Run) { IsBackground = true, Name = $"device-{stage}-{i}" })];
        Array.ForEach(_threads, thread => thread.Start());
    }

    /// <summary>Elements that wait.</summary>
    public int Depth
    {
        get
        {
            lock (_lock)
            {
                return _line.Count;
            }
        }
    }

    /// <summary>Time before an element that comes now is started, and by which each element ahead of it delays it.</summary>
    public (TimeSpan Wait, TimeSpan Element) Estimate
    {
        get
        {
            var element = Volatile.Read(ref _elementSeconds) / _threads.Length;
            return (TimeSpan.FromSeconds(element * (Depth + Volatile.Read(ref _running))), TimeSpan.FromSeconds(element));
        }
    }

    /// <summary>Puts a request in line and waits for its result.</summary>
    /// <param name="request">What the device is to read.</param>
    /// <param name="urgency">Which line; raised, it moves to the other.</param>
    /// <param name="cancellation">Takes it out of the line.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the request will not reach the device if it had not yet.</exception>
    public async Task<BatchResult<TResult>> EnqueueAsync(TRequest request, Urgency urgency, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var entry = new Entry(request, _time.GetTimestamp(), cancellation);
        LinkedListNode<Entry> place;
        lock (_lock)
        {
            if (_stopping)
            {
                throw Stopped();
            }

            place = _line.Add(entry, urgency.Value);

            // Within the lock: whoever stops the queue disposes it only after all that was let in is signalled.
            _work.Release();
        }

        urgency.Watch(() =>
        {
            lock (_lock)
            {
                _line.Raise(place);
            }
        });
        using (cancellation.Register(() => Leave(place)))
        {
            return await entry.Completion.Task;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _work.Release(_threads.Length);
        Array.ForEach(_threads, thread => thread.Join());
        _work.Dispose();
    }

    private static LocalizerException Stopped() =>
        LocalizerException.Of(ProblemKind.Unavailable, "The server is shutting down.", TimeSpan.FromSeconds(1));

    private void Run()
    {
        var batch = new List<Entry>(_maxBatch);
        while (true)
        {
            _work.Wait();
            if (!Take(batch))
            {
                return;
            }

            if (batch.Count > 0)
            {
                Process(batch);
            }

            Interlocked.Add(ref _running, -batch.Count);
            batch.Clear();
        }
    }

    private void Leave(LinkedListNode<Entry> place)
    {
        bool left;
        lock (_lock)
        {
            left = _line.Remove(place);
        }

        if (left)
        {
            place.Value.Completion.TrySetCanceled(place.Value.Cancellation);
        }
    }

    private bool Take(List<Entry> batch)
    {
        lock (_lock)
        {
            if (_stopping)
            {
                while (_line.TryTake(out var entry))
                {
                    entry.Completion.TrySetException(Stopped());
                }

                return false;
            }

            while (batch.Count < _maxBatch && _line.TryTake(out var entry))
            {
                if (entry.Cancellation.IsCancellationRequested)
                {
                    entry.Completion.TrySetCanceled(entry.Cancellation);
                }
                else
                {
                    batch.Add(entry);
                }
            }

            Interlocked.Add(ref _running, batch.Count);
            return true;
        }
    }

    private void Process(List<Entry> batch)
    {
        var started = _time.GetTimestamp();
        foreach (var entry in batch)
        {
            _metrics.Queued(_stage, _time.GetElapsedTime(entry.Enqueued, started));
        }

        _metrics.Batch(_stage, batch.Count);
        try
        {
            var results = _run([.. batch.Select(entry => entry.Request)]);
            var took = _time.GetElapsedTime(started);
            var element = took.TotalSeconds / batch.Count;
            Volatile.Write(
                ref _elementSeconds, _elementSeconds == 0 ? element : ((1 - CostSmoothing) * _elementSeconds) + (CostSmoothing * element));
            _busy.Add(took / _threads.Length);
            _metrics.Worked(_stage, took);
            for (var i = 0; i < batch.Count; i++)
            {
                var result = new BatchResult<TResult>(results[i], _time.GetElapsedTime(batch[i].Enqueued, started), took, batch.Count);
                if (!batch[i].Completion.TrySetResult(result))
                {
                    (results[i] as IDisposable)?.Dispose();
                }
            }
        }
        catch (Exception error) when (batch.Count > 1)
        {
            LogBatchFailed(error, _stage, batch.Count);
            foreach (var entry in batch)
            {
                Process([entry]);
            }
        }
        catch (Exception error)
        {
            LogElementFailed(error, _stage);
            batch[0].Completion.TrySetException(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A {Stage} batch of {Count} failed; trying its elements one by one")]
    private partial void LogBatchFailed(Exception error, StageName stage, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "An element of the {Stage} stage failed")]
    private partial void LogElementFailed(Exception error, StageName stage);

    private sealed record Entry(TRequest Request, long Enqueued, CancellationToken Cancellation)
    {
        public TaskCompletionSource<BatchResult<TResult>> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>A result, and what it cost to get.</summary>
/// <param name="Value">The result.</param>
/// <param name="Queued">Waiting for the device.</param>
/// <param name="Device">Device time of the whole batch.</param>
/// <param name="BatchSize">Elements of the batch.</param>
internal readonly record struct BatchResult<T>(T Value, TimeSpan Queued, TimeSpan Device, int BatchSize);
