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
    public void It_never_exceeds_its_budget_nor_takes_a_leased_value() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Key, byte Bytes, byte Cost, bool Hold, bool Release)[]>(), steps =>
        {
            using var store = new FeatureStore(1_000, Metrics);
            var held = new Queue<(FeatureStore.Lease Lease, ToyValue Value)>();
            foreach (var (key, bytes, cost, hold, release) in steps)
            {
                var lease = store.TryLease(Key(key % 20)) ?? store.Add(Key(key % 20), new ToyValue(key, (bytes * 4) + 1), cost);
                if (hold)
                {
                    held.Enqueue((lease, (ToyValue)lease.Value));
                }
                else
                {
                    lease.Dispose();
                }

                if (release && held.TryDequeue(out var oldest))
                {
                    oldest.Lease.Dispose();
                }

                if (held.Any(h => h.Value.Disposals > 0) || store.Bytes > 1_000)
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_dear_to_compute_and_often_used_stays()
    {
        using var store = new FeatureStore(3_000, Metrics);
        store.Add(Key(1), new ToyValue(1), costMs: 1).Dispose();
        store.Add(Key(2), new ToyValue(2), costMs: 50).Dispose();
        store.Add(Key(3), new ToyValue(3), costMs: 1).Dispose();
        for (var i = 0; i < 10; i++)
        {
            store.TryLease(Key(3))!.Dispose();
        }

        store.Add(Key(4), new ToyValue(4), costMs: 1).Dispose();

        Assert.Equal((false, true, true, true), (store.Contains(Key(1)), store.Contains(Key(2)), store.Contains(Key(3)), store.Contains(Key(4))));
    }

    [Fact]
    public void An_old_favourite_is_overtaken_when_nobody_asks_for_it_any_more()
    {
        using var store = new FeatureStore(3_000, Metrics);
        store.Add(Key(0), new ToyValue(0), costMs: 20).Dispose();
        for (var i = 1; i < 100; i++)
        {
            store.Add(Key(i), new ToyValue((ulong)i), costMs: 1).Dispose();
        }

        Assert.False(store.Contains(Key(0)));
    }

    [Fact]
    public void A_value_larger_than_the_budget_is_handed_out_but_not_kept()
    {
        using var store = new FeatureStore(500, Metrics);
        var value = new ToyValue(1);
        var lease = store.Add(Key(1), value, 1);
        Assert.Same(value, lease.Value);
        Assert.False(store.Contains(Key(1)));
        lease.Dispose();
        Assert.Equal(1, value.Disposals);
    }

    [Fact]
    public void A_forgotten_value_lives_as_long_as_its_last_lease()
    {
        using var store = new FeatureStore(10_000, Metrics);
        var value = new ToyValue(1);
        var first = store.Add(Key(1), value, 1);
        var second = first.Share();
        store.Forget(Key(1).Image);
        first.Dispose();
        first.Dispose();
        Assert.Equal((0L, 0), (store.Bytes, value.Disposals));
        Assert.Same(value, second.Value);
        second.Dispose();
        Assert.Equal(1, value.Disposals);
    }

    [Fact]
    public void The_second_of_two_values_for_one_key_is_disposed()
    {
        using var store = new FeatureStore(10_000, Metrics);
        var (first, second) = (new ToyValue(1), new ToyValue(1));
        using var a = store.Add(Key(1), first, 1);
        using var b = store.Add(Key(1), second, 1);
        Assert.Same(first, b.Value);
        Assert.Equal(1, second.Disposals);
    }

    [Fact]
    public void A_lease_cannot_be_used_after_its_end()
    {
        using var store = new FeatureStore(10_000, Metrics);
        var lease = store.Add(Key(1), new ToyValue(1), 1);
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => lease.Value);
    }

    private static ValueKey Key(int n) => new(new ImageKey("t", $"{n % 7}"), Stage.Encode, $"{n}");
}
