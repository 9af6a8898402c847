using FsCheck;
using FsCheck.Fluent;
using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Batching;

public sealed class BatchQueueTests : IDisposable
{
    private readonly EngineMetrics _metrics = new();
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly SemaphoreSlim _entered = new(0);
    private readonly List<int[]> _batches = [];
    private readonly BatchQueue<int, int> _queue;

    public BatchQueueTests() => _queue = new BatchQueue<int, int>(
        StageName.Encode, 4, workers: 1, Run, new BusyMeter(TimeProvider.System), _metrics, TimeProvider.System, NullLogger.Instance);

    public void Dispose()
    {
        _gate.Set();
        _queue.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task An_idle_device_starts_at_once_and_a_batch_forms_while_it_is_busy()
    {
        _gate.Reset();
        var first = Enqueue(1);
        await _entered.WaitAsync();
        var rest = new[] { 2, 3, 4, 5, 6 }.Select(n => Enqueue(n)).ToList();
        _gate.Set();
        await Task.WhenAll(rest.Append(first));

        Assert.Equal([[1], [2, 3, 4, 5], [6]], _batches);
        Assert.Equal(4, (await rest[0]).BatchSize);
    }

    [Fact]
    public async Task Who_is_gone_leaves_the_line_at_once_and_counts_no_more()
    {
        _gate.Reset();
        var running = Enqueue(1);
        await _entered.WaitAsync();
        using var hangUp = new CancellationTokenSource();
        var leaving = _queue.EnqueueAsync(2, Priority.Interactive, hangUp.Token);
        var staying = Enqueue(3);
        Assert.Equal(2, _queue.Depth);
        await hangUp.CancelAsync();
        Assert.Equal(1, _queue.Depth);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        _gate.Set();
        await Task.WhenAll(running, staying);

        Assert.Equal([[1], [3]], _batches);
    }

    [Fact]
    public async Task What_becomes_urgent_while_it_waits_goes_before_bulk_work_in_order_of_arrival()
    {
        _gate.Reset();
        var running = Enqueue(1);
        await _entered.WaitAsync();
        var urgency = new Urgency(Priority.Bulk);
        var all = new List<Task> { running };
        foreach (var n in (int[])[2, 3, 4, 5, 6])
        {
            all.Add(_queue.EnqueueAsync(n, Priority.Bulk, default));
        }

        all.Add(_queue.EnqueueAsync(7, urgency, default));
        urgency.Raise(Priority.Interactive);
        urgency.Raise(Priority.Bulk);
        _gate.Set();
        await Task.WhenAll(all);

        Assert.Equal(Priority.Interactive, urgency.Value);
        Assert.Equal([[1], [7, 2, 3, 4], [5, 6]], _batches);
    }

    [Fact]
    public async Task Several_workers_run_side_by_side()
    {
        using var both = new Barrier(2);
        using var queue = new BatchQueue<int, int>(
            StageName.Encode, 1, workers: 2,
            batch =>
            {
                // Each waits for the other.
                Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30)));
                return batch;
            },
            new BusyMeter(TimeProvider.System), _metrics, TimeProvider.System, NullLogger.Instance);

        var results = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(n => queue.EnqueueAsync(n, Priority.Interactive, TestContext.Current.CancellationToken)));

        Assert.Equal([0, 1, 2, 3, 4, 5], results.Select(result => result.Value));
    }

    [Fact]
    public async Task Interactive_requests_go_before_bulk_ones()
    {
        _gate.Reset();
        var first = Enqueue(1);
        await _entered.WaitAsync();
        var all = new[] { Enqueue(2, Priority.Bulk), Enqueue(3, Priority.Bulk), Enqueue(4), Enqueue(5) };
        _gate.Set();
        await Task.WhenAll(all.Append(first));

        Assert.Equal([4, 5, 2, 3], _batches[1]);
    }

    [Fact]
    public async Task Requests_of_callers_that_left_do_not_reach_the_device()
    {
        _gate.Reset();
        using var hangUp = new CancellationTokenSource();
        var first = Enqueue(1);
        await _entered.WaitAsync();
        var gone = Enqueue(2, cancellation: hangUp.Token);
        var stays = Enqueue(3);
        await hangUp.CancelAsync();
        _gate.Set();
        await Task.WhenAll(first, stays);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal([[1], [3]], _batches);
    }

    [Fact]
    public async Task One_bad_element_spoils_no_other()
    {
        _gate.Reset();
        var first = Enqueue(1);
        await _entered.WaitAsync();
        var (good, bad, fine) = (Enqueue(2), Enqueue(-1), Enqueue(3));
        _gate.Set();
        await first;

        Assert.Equal((20, 30), ((await good).Value, (await fine).Value));
        await Assert.ThrowsAsync<InvalidDataException>(() => bad);
    }

    [Fact]
    public async Task What_waits_when_it_stops_is_told_so()
    {
        _gate.Reset();
        var first = Enqueue(1);
        await _entered.WaitAsync();
        var waiting = Enqueue(2);
        var stop = Task.Run(_queue.Dispose);
        while (true)
        {
            var probe = Enqueue(9);
            if (probe.IsFaulted)
            {
                break;
            }

            await Task.Yield();
        }

        _gate.Set();
        await stop;
        await first;
        Assert.Equal(ProblemKind.Unavailable, (await Assert.ThrowsAsync<LocalizerException>(() => waiting)).Problem.Kind);
    }

    [Fact]
    public void None_is_lost_or_answered_twice() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Number, bool Bulk, bool Cancel)[]>(), requests =>
        {
            var asked = requests.Select(request =>
            {
                var source = new CancellationTokenSource();
                var task = Enqueue(request.Number, request.Bulk ? Priority.Bulk : Priority.Interactive, source.Token);
                if (request.Cancel)
                {
                    source.Cancel();
                }

                return (request, task);
            }).ToList();
            return asked.All(a =>
            {
                try
                {
                    return a.task.GetAwaiter().GetResult().Value == a.request.Number * 10;
                }
                catch (OperationCanceledException)
                {
                    return a.request.Cancel;
                }
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Estimates_follow_what_was_measured()
    {
        Assert.Equal(TimeSpan.Zero, _queue.Estimate.Element);
        await Enqueue(1);
        Assert.True(_queue.Estimate.Element > TimeSpan.Zero);
    }

    private Task<BatchResult<int>> Enqueue(
        int number, Priority priority = Priority.Interactive, CancellationToken cancellation = default) =>
        _queue.EnqueueAsync(number, priority, cancellation);

    private IReadOnlyList<int> Run(IReadOnlyList<int> batch)
    {
        _entered.Release();
        _gate.Wait();
        if (batch.Contains(-1))
        {
            throw new InvalidDataException();
        }

        lock (_batches)
        {
            _batches.Add([.. batch]);
        }

        return [.. batch.Select(n => n * 10)];
    }
}
