using FsCheck;
using FsCheck.Fluent;
using Loupe.Engine.Features;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;

namespace Loupe.Engine.Tests.Features;

public sealed class FeatureStoreTests
{
    private static readonly EngineMetrics Metrics = new();

    [Fact]
    public void No_order_of_keeping_leasing_evicting_and_letting_go_leaks_or_frees_what_is_in_use() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Key, byte Bytes, byte Cost, byte What)[]>(), steps =>
        {
            var store = new FeatureStore(1_000, Metrics);
            var held = new Queue<(FeatureStore.Lease Lease, ToyValue Value)>();
            var owners = new Dictionary<int, FeatureStore.Holding>();
            var told = new List<ToyValue>();
            var all = new List<ToyValue>();
            foreach (var (key, bytes, cost, what) in steps)
            {
                var n = key % 20;
                switch (what % 6)
                {
                    case 0 when held.TryDequeue(out var oldest):
                        oldest.Lease.Dispose();
                        break;
                    case 1 when owners.Remove(n, out var going):
                        going.Dispose();
                        break;
                    case 2:
                        store.Forget(Key(n).Image);
                        break;
                    case 3 when owners.GetValueOrDefault(n)?.TryLease() is { } again:
                        held.Enqueue((again, (ToyValue)again.Value));
                        break;
                    default:
                        var value = new ToyValue(key, (bytes * 4) + 1);
                        all.Add(value);
                        var (lease, holding) = store.Keep(Key(n), value, cost, () => told.Add(value));
                        if (holding is not null)
                        {
                            owners[n] = holding;
                        }

                        held.Enqueue((lease, value));
                        break;
                }

                if (held.Any(one => one.Value.Disposals > 0) || store.Bytes > 1_000 || told.Distinct().Count() != told.Count)
                {
                    return false;
                }
            }

            store.Close();
            var early = store.Idle.IsCompleted && held.Count > 0;
            while (held.TryDequeue(out var last))
            {
                last.Lease.Dispose();
            }

            return !early && store.Idle.IsCompleted && store.Bytes == 0 && all.All(value => value.Disposals == 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_dear_to_compute_and_often_used_stays()
    {
        using var store = new FeatureStore(3_000, Metrics);
        List<int> lost = [];
        Keep(store, 1, costMs: 1, lost);
        Keep(store, 2, costMs: 50, lost);
        var third = Keep(store, 3, costMs: 1, lost)!;
        for (var i = 0; i < 10; i++)
        {
            third.TryLease()!.Dispose();
        }

        Keep(store, 4, costMs: 1, lost);

        Assert.Equal(
            (false, true, true, true), (store.Contains(Key(1)), store.Contains(Key(2)), store.Contains(Key(3)), store.Contains(Key(4))));
        Assert.Equal([1], lost);
    }

    [Fact]
    public void An_old_favourite_is_overtaken_when_nobody_asks_for_it_any_more()
    {
        using var store = new FeatureStore(3_000, Metrics);
        Keep(store, 0, costMs: 20);
        for (var i = 1; i < 100; i++)
        {
            Keep(store, i, costMs: 1);
        }

        Assert.False(store.Contains(Key(0)));
    }

    [Fact]
    public void A_value_larger_than_the_budget_is_handed_out_but_not_kept()
    {
        using var store = new FeatureStore(500, Metrics);
        var value = new ToyValue(1);
        var (lease, holding) = store.Keep(Key(1), value, 1, () => { });
        Assert.Same(value, lease.Value);
        Assert.Null(holding);
        Assert.False(store.Contains(Key(1)));
        lease.Dispose();
        Assert.Equal(1, value.Disposals);
    }

    [Fact]
    public void A_forgotten_value_lives_as_long_as_its_last_lease_and_its_owner_is_told()
    {
        using var store = new FeatureStore(10_000, Metrics);
        var value = new ToyValue(1);
        var told = 0;
        var (first, holding) = store.Keep(Key(1), value, 1, () => told++);
        var second = first.Share();
        store.Forget(Key(1).Image);
        Assert.Equal((1, null), (told, holding!.TryLease()));
        first.Dispose();
        first.Dispose();
        Assert.Equal((0L, 0), (store.Bytes, value.Disposals));
        Assert.Same(value, second.Value);
        second.Dispose();
        holding.Dispose();
        Assert.Equal((1, 1), (value.Disposals, told));
    }

    [Fact]
    public void An_owner_that_goes_takes_its_value_with_it_once_nobody_uses_it()
    {
        using var store = new FeatureStore(10_000, Metrics);
        var value = new ToyValue(1);
        var (lease, holding) = store.Keep(Key(1), value, 1, () => Assert.Fail("It went by itself."));
        holding!.Dispose();
        Assert.Equal((false, 0), (store.Contains(Key(1)), value.Disposals));
        lease.Dispose();
        Assert.Equal(1, value.Disposals);
    }

    [Fact]
    public void The_first_of_two_values_for_one_key_is_lost_to_its_owner()
    {
        using var store = new FeatureStore(10_000, Metrics);
        var told = 0;
        var (first, second) = (new ToyValue(1), new ToyValue(1));
        var (lease, holding) = store.Keep(Key(1), first, 1, () => told++);
        var (other, later) = store.Keep(Key(1), second, 1, () => told += 10);
        Assert.Equal((1, null, 0), (told, holding!.TryLease(), first.Disposals));
        holding.Dispose();
        lease.Dispose();
        Assert.Equal(1, first.Disposals);
        Assert.Same(second, other.Value);
        other.Dispose();
        using var again = later!.TryLease();
        Assert.Same(second, again!.Value);
        Assert.Equal(1, told);
    }

    [Fact]
    public void What_was_handed_over_waits_to_be_claimed_once()
    {
        using var store = new FeatureStore(10_000, Metrics);
        store.Keep(Key(1), new ToyValue(1), 1, evicted: null).Lease.Dispose();
        using var holding = store.Claim(Key(1), () => { });
        Assert.NotNull(holding);
        Assert.Null(store.Claim(Key(1), () => { }));
        Assert.Null(store.Claim(Key(2), () => { }));
    }

    [Fact]
    public void A_store_that_is_closed_keeps_nothing_and_is_idle_when_the_last_lease_ends()
    {
        var store = new FeatureStore(10_000, Metrics);
        var value = new ToyValue(1);
        var (lease, _) = store.Keep(Key(1), value, 1, () => { });
        store.Close();
        var late = new ToyValue(2);
        var (passing, holding) = store.Keep(Key(2), late, 1, () => { });
        Assert.Null(holding);
        passing.Dispose();
        Assert.False(store.Idle.IsCompleted);
        lease.Dispose();
        Assert.True(store.Idle.IsCompleted);
        Assert.Equal((1, 1), (value.Disposals, late.Disposals));
    }

    [Fact]
    public void A_lease_cannot_be_used_after_its_end()
    {
        using var store = new FeatureStore(10_000, Metrics);
        var (lease, _) = store.Keep(Key(1), new ToyValue(1), 1, () => { });
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Value);
    }

    private static FeatureStore.Holding? Keep(FeatureStore store, int n, double costMs, List<int>? lost = null)
    {
        var (lease, holding) = store.Keep(Key(n), new ToyValue((ulong)n), costMs, () => lost?.Add(n));
        lease.Dispose();
        return holding;
    }

    private static ValueKey Key(int n) => new(new ImageKey("t", $"{n % 7}"), StageName.Encode, $"{n}");
}
