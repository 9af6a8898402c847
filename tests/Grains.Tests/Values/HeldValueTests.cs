using FsCheck;
using FsCheck.Fluent;
using Loupe.Engine.Features;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Values;

namespace Loupe.Grains.Tests.Values;

public sealed class HeldValueTests
{
    private static readonly EngineMetrics Metrics = new();

    [Fact]
    public void No_order_of_asking_giving_up_evicting_and_deactivating_leaks_a_lease_or_uses_one_that_ended() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Grain, byte What)[]>(),
            steps => Task.Run(() => HoldsAsync(steps)).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();

    [Fact]
    public async Task A_hand_that_was_closed_before_the_value_came_ends_its_lease()
    {
        var store = new FeatureStore(10_000, Metrics);
        var value = new ToyValue(1);
        var hand = new LeaseHand();
        hand.Dispose();
        hand.Give(store.Pass(Key(1), value));
        Assert.Equal(1, value.Disposals);
        Assert.Throws<InvalidOperationException>(hand.Take);

        using var open = new LeaseHand();
        open.Give(store.Pass(Key(2), new ToyValue(2)));
        open.Take().Dispose();
        store.Close();
        await store.Idle.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    // Eight grains over a store that has room for three values.
    private static async Task<bool> HoldsAsync((byte Grain, byte What)[] steps)
    {
        var turns = new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler;
        return await await Task.Factory.StartNew(() => RunAsync(steps), CancellationToken.None, TaskCreationOptions.None, turns);
    }

    private static async Task<bool> RunAsync((byte Grain, byte What)[] steps)
    {
        var store = new FeatureStore(3_000, Metrics);
        var made = new List<ToyValue>();
        var grains = Enumerable.Range(0, 8).Select(n => new HeldValue(Key(n), store, keeps: true, () => { })).ToArray();
        var asked = new List<(Task<HeldValue.Share> Share, CancellationTokenSource GivesUp)>();
        var used = new Queue<FeatureStore.Lease>();
        var sound = true;
        foreach (var (grain, what) in steps)
        {
            var n = grain % grains.Length;
            switch (what % 5)
            {
                case 0:
                    store.Forget(Key(n).Image);
                    break;
                case 1:
                    grains[n].Dispose();
                    grains[n] = new HeldValue(Key(n), store, keeps: true, () => { });
                    break;
                case 2 when asked.Count > 0:
                    await asked[^1].GivesUp.CancelAsync();
                    break;
                default:
                    var givesUp = new CancellationTokenSource();
                    asked.Add((grains[n].TakeAsync(
                        async (_, _) =>
                        {
                            await Task.Yield();
                            var value = new ToyValue((ulong)n);
                            made.Add(value);
                            return (new Made(value, FeatureReuse.Miss, n + 1), null);
                        },
                        Priority.Bulk,
                        givesUp.Token), givesUp));
                    break;
            }

            if (what % 7 == 0)
            {
                await TakeAsync();
            }

            if (used.Count > 4)
            {
                used.Dequeue().Dispose();
            }

            sound &= used.All(lease => ((ToyValue)lease.Value).Disposals == 0);
        }

        await TakeAsync();
        Array.ForEach(grains, grain => grain.Dispose());
        while (used.TryDequeue(out var lease))
        {
            sound &= ((ToyValue)lease.Value).Disposals == 0;
            lease.Dispose();
        }

        store.Close();
        await store.Idle.WaitAsync(TimeSpan.FromSeconds(30));
        return sound && made.All(value => value.Disposals == 1);

        async Task TakeAsync()
        {
            foreach (var (share, _) in asked)
            {
                try
                {
                    used.Enqueue((await share).Lease);
                }
                catch (OperationCanceledException)
                {
                }
            }

            asked.Clear();
        }
    }

    private static ValueKey Key(int n) => new(new ImageKey("t", $"{n}"), StageName.Encode, $"{n}");
}
