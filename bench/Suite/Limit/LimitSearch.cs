namespace Loupe.Bench.Suite.Limit;

/// <summary>Which layouts are tried.</summary>
internal static class LimitSearch
{
    /// <summary>Those for many questions at once, then (one row) those for one at a time.</summary>
    public static IEnumerable<LimitLayout> Candidates(int cores, bool isQuick)
    {
        IReadOnlyList<(int Workers, int Threads, bool Spins)> threads = cores == 1
            ? [(1, 1, false)]
            : isQuick ? [(cores, 1, false), (1, cores, true)] : [(cores, 1, false), (1, cores, false), (1, cores, true)];
        IReadOnlyList<int> batches = isQuick ? [1, 4] : [1, 2, 4, 8];
        IReadOnlyList<int> rows = isQuick ? [16] : [8, 16, 32];

        // Batch sizes and rows do not depend on each other much: each is tried with a middling other.
        var many = from thread in threads
                   from batch in batches
                   select new LimitLayout(thread.Workers, thread.Threads, thread.Spins, batch, batch, 16);
        var wide = from thread in threads
                   from row in rows
                   select new LimitLayout(thread.Workers, thread.Threads, thread.Spins, 1, 1, row);
        var one = from thread in threads.Where(thread => thread.Workers == 1)
                  select new LimitLayout(1, thread.Threads, thread.Spins, 1, 1, 1);
        return many.Concat(wide).Concat(one).Distinct();
    }
}
