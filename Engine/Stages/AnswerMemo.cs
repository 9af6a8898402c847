using Loupe.Engine.Models;

namespace Loupe.Engine.Stages;

/// <summary>Finished answers within a budget of bytes, the least recently used going first.</summary>
/// <param name="budget">Bytes, estimated from texts, words and masks.</param>
public sealed class AnswerMemo(long budget)
{
    private const int FixedBytes = 512;
    private const int WordBytes = 160;

    private readonly Lock _lock = new();
    private readonly LinkedList<Entry> _recent = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = [];
    private long _bytes;

    public Entry? Find(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node))
            {
                return null;
            }

            _recent.Remove(node);
            _recent.AddFirst(node);
            return node.Value;
        }
    }

    public void Add(Entry entry)
    {
        var size = SizeOf(entry);
        lock (_lock)
        {
            if (size > budget || _byId.ContainsKey(entry.Id))
            {
                return;
            }

            _byId[entry.Id] = _recent.AddFirst(entry);
            _bytes += size;
            while (_bytes > budget)
            {
                Remove(_recent.Last!);
            }
        }
    }

    public void Forget(ImageKey image)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Image == image)
                {
                    Remove(node);
                }

                node = next;
            }
        }
    }

    private static long SizeOf(Entry entry) =>
        FixedBytes + (2 * (entry.Said.Text.Length + (entry.Said.Rationale?.Length ?? 0)))
        + (WordBytes * (entry.Said.Words.Count + entry.Said.Regions.Count))
        + (2L * entry.Said.Regions.Sum(region => region.Mask?.Counts.Length ?? 0));

    private void Remove(LinkedListNode<Entry> node)
    {
        _recent.Remove(node);
        _byId.Remove(node.Value.Id);
        _bytes -= SizeOf(node.Value);
    }

    /// <summary>A finished answer.</summary>
    public sealed record Entry(string Id, ImageKey Image, VisionTask Task, Utterance Said);
}
