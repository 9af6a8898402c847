using Loupe.Engine.Memo;

namespace Loupe.Engine.Tests.Memo;

public sealed class SharedWorkTests
{
    [Fact]
    public async Task Two_hundred_callers_share_one_computation()
    {
        var work = new SharedWork<string, int>();
        var finish = new TaskCompletionSource<int>();
        var computed = 0;
        var callers = Enumerable.Range(0, 200).Select(_ => work.GetAsync("key", Compute, default)).ToList();
        finish.SetResult(7);
        var values = await Task.WhenAll(callers);

        Assert.Equal(1, computed);
        Assert.All(values, value => Assert.Equal(7, value.Value));
        Assert.Single(values, value => value.Started);
        Assert.Equal(0, work.Count);

        async Task<int> Compute(CancellationToken token)
        {
            Interlocked.Increment(ref computed);
            return await finish.Task;
        }
    }

    [Fact]
    public async Task A_caller_that_leaves_does_not_disturb_the_others()
    {
        var work = new SharedWork<string, int>();
        var finish = new TaskCompletionSource<int>();
        using var leave = new CancellationTokenSource();
        var leaving = work.GetAsync("key", token => finish.Task.WaitAsync(token), leave.Token);
        var staying = work.GetAsync("key", _ => throw new InvalidOperationException(), default);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        finish.SetResult(3);
        Assert.Equal((3, false), await staying);
    }

    [Fact]
    public async Task When_all_have_left_the_computation_is_cancelled()
    {
        var work = new SharedWork<string, int>();
        var cancelled = new TaskCompletionSource();
        using var leave = new CancellationTokenSource();
        var leaving = work.GetAsync("key", Compute, leave.Token);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        await cancelled.Task;

        // Whoever comes next starts afresh.
        Assert.Equal((5, true), await work.GetAsync("key", _ => Task.FromResult(5), default));

        async Task<int> Compute(CancellationToken token)
        {
            token.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        }
    }

    [Fact]
    public async Task A_failure_is_told_to_all_and_not_remembered()
    {
        var work = new SharedWork<string, int>();
        var fail = new TaskCompletionSource<int>();
        var callers = new[] { work.GetAsync("key", _ => fail.Task, default), work.GetAsync("key", _ => fail.Task, default) };
        fail.SetException(new InvalidDataException());
        foreach (var caller in callers)
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => caller);
        }

        Assert.Equal(1, (await work.GetAsync("key", _ => Task.FromResult(1), default)).Value);
    }

    [Fact]
    public async Task Holds_are_shared_out_and_the_computations_own_is_released_once()
    {
        var (shared, released) = (0, 0);
        var work = new SharedWork<string, int>(value => Interlocked.Increment(ref shared) + value, _ => Interlocked.Increment(ref released));
        var finish = new TaskCompletionSource<int>();
        var callers = Enumerable.Range(0, 10).Select(_ => work.GetAsync("key", _ => finish.Task, default)).ToList();
        finish.SetResult(100);
        await Task.WhenAll(callers);

        Assert.Equal((10, 1), (shared, released));
    }
}
