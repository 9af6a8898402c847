using System.Collections.Concurrent;
using Loupe.Grains.Hosting;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Load;

/// <summary>
/// This silo's copy of what all silos said of themselves. Reading it waits for nobody. Any thread.
/// </summary>
internal sealed class LoadBoard(TimeProvider time, IOptions<LoupeClusterOptions> options)
{
    private readonly ConcurrentDictionary<SiloAddress, Entry> _entries = [];
    private readonly TimeSpan _staleAfter = TimeSpan.FromSeconds(options.Value.StaleSeconds);

    public void Post(SiloAddress silo, SiloLoad load)
    {
        var entry = new Entry(load, time.GetTimestamp());
        _entries.AddOrUpdate(silo, entry, (_, known) => known.Load.Sequence >= load.Sequence ? known : entry);
    }

    /// <summary>What was heard last of a silo, or null when nothing was.</summary>
    public Heard? Find(SiloAddress silo) => _entries.TryGetValue(silo, out var entry) ? Hear(entry) : null;

    /// <summary>All that was heard of the silos that are members.</summary>
    public IReadOnlyList<Heard> All() => [.. _entries.Values.Select(Hear).OrderBy(heard => heard.Load.Name, StringComparer.Ordinal)];

    /// <summary>Forgets silos that are members no more.</summary>
    public void Keep(IReadOnlySet<SiloAddress> members)
    {
        foreach (var silo in _entries.Keys.Where(silo => !members.Contains(silo)))
        {
            _entries.TryRemove(silo, out _);
        }
    }

    private Heard Hear(Entry entry) => new(entry.Load, time.GetElapsedTime(entry.At) > _staleAfter);

    private sealed record Entry(SiloLoad Load, long At);

    /// <param name="Load">The newest news.</param>
    /// <param name="IsStale">Too old to be believed: count it as saturated.</param>
    public readonly record struct Heard(SiloLoad Load, bool IsStale);
}
