using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Features;

/// <summary>
/// Keeps the values of the encode and region stages within a budget of bytes.
/// <para>
/// A value is used through a <see cref="Lease"/>; a leased value is never evicted. Eviction happens only when something is added, and takes the values that
/// are cheapest to lose: by (recompute cost × uses) / bytes, plus an age term. The age term is the rank of the last
/// value evicted (GreedyDual-Size with frequency): a value starts at, and returns on every use to, the present age
/// plus its worth, so that old favourites nobody asks for any more are overtaken by the ageing of the store.
/// A value for which no room can be made, because it is larger than the budget or the rest is in use, is handed out
/// but not kept.
/// </para>
/// <para>
/// Forgetting an image removes its values at once; those still leased are disposed when their last lease ends.
/// All members may be called from any thread.
/// </para>
/// </summary>
/// <param name="budget">Bytes.</param>
/// <param name="metrics">Counts evictions.</param>
public sealed class FeatureStore(long budget, EngineMetrics metrics) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ValueKey, Entry> _entries = [];
    private readonly SortedSet<Entry> _evictable = new(Comparer<Entry>.Create(ByRank));
    private double _age;
    private long _order;
    private long _bytes;

    /// <summary>Bytes of all values kept, leased ones included.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    public long Budget => budget;

    /// <summary>Whether a value is there; counts as no use.</summary>
    public bool Contains(ValueKey key)
    {
        lock (_lock)
        {
            return _entries.ContainsKey(key);
        }
    }

    /// <summary>A hold on the value, or null when it is not there.</summary>
    public Lease? TryLease(ValueKey key)
    {
        lock (_lock)
        {
            return _entries.TryGetValue(key, out var entry) ? Hold(entry) : null;
        }
    }

    /// <summary>The values of a stage that would be lost last, leased, the best first, within a number of bytes. The caller disposes the leases.</summary>
    public IReadOnlyList<(ValueKey Key, Lease Lease)> Best(Stage stage, long bytes)
    {
        lock (_lock)
        {
            List<(ValueKey, Lease)> best = [];
            foreach (var entry in _entries.Values.Where(entry => entry.Key.Stage == stage).OrderByDescending(entry => entry.Rank).ToList())
            {
                if (entry.Bytes <= bytes)
                {
                    bytes -= entry.Bytes;
                    best.Add((entry.Key, Hold(entry)));
                }
            }

            return best;
        }
    }

    /// <summary>Adds a value and leases it. Where the key is already there, the older value is leased and this one disposed.</summary>
    /// <param name="key">Its address.</param>
    /// <param name="value">From now on the store's.</param>
    /// <param name="costMs">Device milliseconds it took to compute.</param>
    public Lease Add(ValueKey key, StageValue value, double costMs)
    {
        List<Entry> evicted = [];
        Lease lease;
        lock (_lock)
        {
            if (_entries.TryGetValue(key, out var present))
            {
                lease = Hold(present);
                evicted.Add(new Entry(key, value, 0, 0));
            }
            else
            {
                var entry = new Entry(key, value, Math.Max(costMs, 0.001), _order++);
                if (entry.Bytes <= budget)
                {
                    Evict(budget - entry.Bytes, evicted);
                }

                if (_bytes + entry.Bytes <= budget)
                {
                    entry.Kept = true;
                    _entries.Add(key, entry);
                    _bytes += entry.Bytes;
                }

                lease = Hold(entry);
            }
        }

        evicted.ForEach(entry => entry.Value.Dispose());
        metrics.Evicted("memory", evicted.Count);
        return lease;
    }

    /// <summary>Leases a value that is not to be kept: it is disposed with its last lease.</summary>
    public Lease Hold(ValueKey key, StageValue value)
    {
        lock (_lock)
        {
            return Hold(new Entry(key, value, 0, _order++));
        }
    }

    /// <summary>Removes all values of an image.</summary>
    public void Forget(ImageKey image) => Forget(entry => entry.Key.Image == image);

    /// <summary>Removes all values.</summary>
    public void Clear() => Forget(_ => true);

    public void Dispose() => Clear();

    private void Forget(Func<Entry, bool> which)
    {
        List<Entry> gone = [];
        lock (_lock)
        {
            foreach (var entry in _entries.Values.Where(which).ToList())
            {
                Remove(entry);
                if (entry.Leases == 0)
                {
                    gone.Add(entry);
                }
            }
        }

        gone.ForEach(entry => entry.Value.Dispose());
    }

    private static int ByRank(Entry a, Entry b)
    {
        var byRank = a.Rank.CompareTo(b.Rank);
        return byRank != 0 ? byRank : a.Order.CompareTo(b.Order);
    }

    private Lease Hold(Entry entry)
    {
        if (entry.Leases++ == 0)
        {
            _evictable.Remove(entry);
        }

        entry.Uses++;
        entry.Rank = _age + (entry.CostMs * entry.Uses / entry.Bytes);
        return new Lease(this, entry);
    }

    private void Release(Entry entry)
    {
        lock (_lock)
        {
            if (--entry.Leases > 0)
            {
                return;
            }

            if (entry.Kept)
            {
                _evictable.Add(entry);
                return;
            }
        }

        entry.Value.Dispose();
    }

    private void Evict(long room, List<Entry> evicted)
    {
        while (_bytes > room && _evictable.Min is { } least)
        {
            _age = least.Rank;
            Remove(least);
            evicted.Add(least);
        }
    }

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key);
        _evictable.Remove(entry);
        _bytes -= entry.Bytes;
        entry.Kept = false;
    }

    /// <summary>A counted hold on a cached value. Dispose it once; the value must not be used afterwards.</summary>
    public sealed class Lease : IDisposable
    {
        private readonly FeatureStore _store;
        private Entry? _entry;

        internal Lease(FeatureStore store, Entry entry) => (_store, _entry) = (store, entry);

        public StageValue Value => (_entry ?? throw new ObjectDisposedException(nameof(Lease))).Value;

        /// <summary>A further hold on the same value.</summary>
        public Lease Share()
        {
            lock (_store._lock)
            {
                return _store.Hold(_entry ?? throw new ObjectDisposedException(nameof(Lease)));
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } entry)
            {
                _store.Release(entry);
            }
        }
    }

    internal sealed class Entry(ValueKey key, StageValue value, double costMs, long order)
    {
        public ValueKey Key { get; } = key;

        public StageValue Value { get; } = value;

        public long Bytes { get; } = Math.Max(value.Bytes, 1);

        public double CostMs { get; } = costMs;

        public long Order { get; } = order;

        public double Rank { get; set; }

        public int Uses { get; set; }

        public int Leases { get; set; }

        public bool Kept { get; set; }
    }
}
