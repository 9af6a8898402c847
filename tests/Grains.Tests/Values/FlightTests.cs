using Loupe.Engine.Batching;
using Loupe.Grains.Values;

namespace Loupe.Grains.Tests.Values;

public sealed class FlightTests
{
    private readonly TaskCompletionSource<int> _result = new();
    private readonly List<int> _released = [];
    private Urgency? _urgency;
    private CancellationToken _abandoned;
    private int _started;

    [Fact]
    public async Task All_who_join_wait_for_one_computation_and_the_first_is_told_that_it_began_it()
    {
        var flight = Open();
        var (one, two) = (Join(flight), Join(flight));
        _result.SetResult(7);

        Assert.Equal([(7, true), (7, false)], await Task.WhenAll(one, two));
        Assert.Equal((1, true), (_started, flight.IsOver));
        Assert.Equal([7], _released);
    }

    [Fact]
    public async Task Who_leaves_disturbs_nobody_and_the_last_cancels()
    {
        var flight = Open();
        using var first = new CancellationTokenSource();
        using var second = new CancellationTokenSource();
        var (one, two) = (Join(flight, cancellation: first.Token), Join(flight, cancellation: second.Token));
        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(_abandoned.IsCancellationRequested);
        await second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        Assert.True(_abandoned.IsCancellationRequested && flight.IsOver);

        // What is finished all the same is held by nobody.
        _result.SetResult(7);
        Assert.Equal([7], _released);
    }

    [Fact]
    public async Task It_is_as_urgent_as_the_most_urgent_who_waits()
    {
        var flight = Open();
        var bulk = Join(flight, Priority.Bulk);
        Assert.Equal(Priority.Bulk, _urgency!.Value);
        var interactive = Join(flight, Priority.Interactive);
        Assert.Equal(Priority.Interactive, _urgency.Value);
        _result.SetResult(1);
        await Task.WhenAll(bulk, interactive);
    }

    [Fact]
    public async Task A_cancellation_that_nobody_here_asked_for_is_told_and_not_tried_again()
    {
        var flight = Open();
        var waiting = Join(flight);
        _result.SetException(new OperationCanceledException("somebody else's"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal((1, true), (_started, flight.IsOver));
        Assert.Empty(_released);
    }

    private static Task<(int, bool)> Join(
        Flight<int> flight, Priority priority = Priority.Interactive, CancellationToken cancellation = default) =>
        flight.JoinAsync(priority, (value, first) => (value, first), cancellation);

    private Flight<int> Open() => new(
        (urgency, abandoned) =>
        {
            _started++;
            (_urgency, _abandoned) = (urgency, abandoned);
            return _result.Task;
        },
        _released.Add);
}
