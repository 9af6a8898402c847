using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Features;

/// <summary>
/// Keeps the values of the encode and region stages within a budget of bytes.
/// <para>
/// A value belongs to whoever added it, through its <see cref="Holding"/>, and is used through <see cref="Lease"/>s. A
/// leased value is never evicted. Eviction happens only when something is added; it takes the values that are cheapest to
/// lose, by (recompute cost × uses) / bytes plus an age term, and tells their owners. The age term is the rank of the last
/// value evicted (GreedyDual-Size with frequency): a value starts at, and returns on every use to, the present age plus
/// its worth, so that old favourites nobody asks for any more are overtaken by the ageing of the store.
/// A value for which no room can be made, because it is larger than the budget or the rest is in use, is leased once and
/// not kept.
/// </para>
/// <para>
/// A value that is removed while leased is disposed when its last lease ends. All members may be called from any thread;
/// owners are told outside the lock.
/// </para>
/// </summary>
/// <param name="budget">Bytes.</param>
/// <param name="metrics">Counts evictions.</param>
internal sealed class FeatureStore(long budget, EngineMetrics metrics) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ValueKey, Entry> _entries = [];
    private readonly SortedSet<Entry> _evictable = new(Comparer<Entry>.Create(ByRank));
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private double _age;
    private long _order;
    private long _bytes;
    private int _leased;
    private bool _closed;

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

    /// <summary>Completes once the store is closed and no value of it is leased any more: its memory may go.</summary>
    public Task Idle => _idle.Task;

    /// <summary>Whether a value is there; counts as no use.</summary>
    public bool Contains(ValueKey key)
    {
        lock (_lock)
        {
            return _entries.ContainsKey(key);
        }
    }

    /// <summary>
    /// Adds a value, leases it, and holds it for its owner where there is room. A value that is there by the same key has
    /// another owner, who loses it.
    /// </summary>
    /// <param name="key">Its address.</param>
    /// <param name="value">From now on the store's.</param>
    /// <param name="costMs">Device milliseconds it took to compute.</param>
    /// <param name="evicted">Told once when the store takes the value back; null for a value that waits to be claimed.</param>
    public (Lease Lease, Holding? Holding) Keep(ValueKey key, StageValue value, double costMs, Action? evicted)
    {
        List<Entry> lost = [];
        Lease lease;
        var entry = new Entry(key, value, Math.Max(costMs, 0.001)) { Evicted = evicted };
        lock (_lock)
        {
            entry.Order = _order++;
            if (_entries.TryGetValue(key, out var present))
            {
                Remove(present);
                lost.Add(present);
            }

            if (entry.Bytes <= budget && !_closed)
            {
                Evict(budget - entry.Bytes, lost);
            }

            if (_bytes + entry.Bytes <= budget && !_closed)
            {
                entry.IsKept = true;
                _entries.Add(key, entry);
                _bytes += entry.Bytes;
            }

            lease = Hold(entry);
        }

        metrics.Evicted("memory", lost.Count(one => one.Key != key));
        Settle(lost);
        return (lease, entry.IsKept ? new Holding(this, entry) : null);
    }

    /// <summary>Leases a value that is not to be kept: it is disposed with its last lease.</summary>
    public Lease Pass(ValueKey key, StageValue value)
    {
        lock (_lock)
        {
            return Hold(new Entry(key, value, 0) { Order = _order++ });
        }
    }

    /// <summary>Becomes the owner of a value that was handed over and waits for one; null where there is none.</summary>
    public Holding? Claim(ValueKey key, Action evicted)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var entry) || entry.Evicted is not null)
            {
                return null;
            }

            entry.Evicted = evicted;
            return new Holding(this, entry);
        }
    }

    /// <summary>
    /// The values of a stage that would be lost last, leased, the best first, within a number of bytes. The caller
    /// disposes the leases.
    /// </summary>
    public IReadOnlyList<(ValueKey Key, Lease Lease)> Best(StageName stage, long bytes)
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

    /// <summary>Removes all values of an image, and tells their owners.</summary>
    public void Forget(ImageKey image) => Forget(entry => entry.Key.Image == image);

    /// <summary>Removes all values, tells their owners, and keeps nothing from now on.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }

        Forget(_ => true);
        lock (_lock)
        {
            if (_leased == 0)
            {
                _idle.TrySetResult();
            }
        }
    }

    public void Dispose() => Close();

    private void Forget(Func<Entry, bool> which)
    {
        List<Entry> gone;
        lock (_lock)
        {
            gone = [.. _entries.Values.Where(which)];
            gone.ForEach(Remove);
        }

        Settle(gone);
    }

    // What is not leased is disposed, and whoever owned it is told.
    private void Settle(List<Entry> gone)
    {
        foreach (var entry in gone)
        {
            Discard(entry);
            entry.Evicted?.Invoke();
        }
    }

    private void Discard(Entry entry)
    {
        lock (_lock)
        {
            if (entry.Leases > 0 || entry.IsDisposed)
            {
                return;
            }

            entry.IsDisposed = true;
        }

        entry.Value.Dispose();
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
            _leased++;
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

            if (entry.IsKept)
            {
                _evictable.Add(entry);
            }
        }

        if (!entry.IsKept)
        {
            Discard(entry);
        }

        lock (_lock)
        {
            if (--_leased == 0 && _closed)
            {
                _idle.TrySetResult();
            }
        }
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
        entry.IsKept = false;
    }

    /// <summary>An owner's hold on a value that the store may take back. Dispose it once, when the value is not wanted any more.</summary>
    public sealed class Holding : IDisposable
    {
        private readonly FeatureStore _store;
        private readonly Entry _entry;

        internal Holding(FeatureStore store, Entry entry) => (_store, _entry) = (store, entry);

        /// <summary>A use of the value; null once the store has taken it back.</summary>
        public Lease? TryLease()
        {
            lock (_store._lock)
            {
                return _entry.IsKept ? _store.Hold(_entry) : null;
            }
        }

        public void Dispose()
        {
            lock (_store._lock)
            {
                if (!_entry.IsKept)
                {
                    return;
                }

                _store.Remove(_entry);
            }

            _store.Discard(_entry);
        }
    }

    /// <summary>A counted use of a value. Dispose it once; the value must not be used afterwards.</summary>
    public sealed class Lease : IDisposable
    {
        private Entry? _entry;

        internal Lease(FeatureStore store, Entry entry) => (Store, _entry) = (store, entry);

        /// <summary>Whose value it is.</summary>
        public FeatureStore Store { get; }

        public StageValue Value => (_entry ?? throw new ObjectDisposedException(nameof(Lease))).Value;

        /// <summary>A further use of the same value.</summary>
        public Lease Share()
        {
            lock (Store._lock)
            {
                return Store.Hold(_entry ?? throw new ObjectDisposedException(nameof(Lease)));
            }
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } entry)
            {
                Store.Release(entry);
            }
        }
    }

    internal sealed class Entry(ValueKey key, StageValue value, double costMs)
    {
        public ValueKey Key { get; } = key;

        public StageValue Value { get; } = value;

        public long Bytes { get; } = Math.Max(value.Bytes, 1);

        public double CostMs { get; } = costMs;

        public Action? Evicted { get; set; }

        public long Order { get; set; }

        public double Rank { get; set; }

        public int Uses { get; set; }

        public int Leases { get; set; }

        public bool IsKept { get; set; }

        public bool IsDisposed { get; set; }
    }
}
