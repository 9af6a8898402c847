namespace Loupe.Redis.Images;

/// <summary>
/// Descriptions as Redis last told them, the latest asked for, for questions while it is away. What was forgotten
/// while Redis was asked is not remembered by the answer. Any thread.
/// </summary>
/// <param name="capacity">Descriptions.</param>
internal sealed class DescriptionMemory(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ImageKey, LinkedListNode<(ImageKey Key, ImageDescription Description)>> _nodes = [];
    private readonly LinkedList<(ImageKey Key, ImageDescription Description)> _latest = new();
    private long _forgets;

    /// <summary>Counts what was forgotten; taken before Redis is asked.</summary>
    public long Forgets
    {
        get
        {
            lock (_lock)
            {
                return _forgets;
            }
        }
    }

    public ImageDescription? Find(ImageKey key)
    {
        lock (_lock)
        {
            return _nodes.TryGetValue(key, out var node) ? node.Value.Description : null;
        }
    }

    /// <param name="key">Of which image.</param>
    /// <param name="description">What Redis told.</param>
    /// <param name="asked"><see cref="Forgets"/> of before Redis was asked.</param>
    public void Add(ImageKey key, ImageDescription description, long asked)
    {
        lock (_lock)
        {
            if (asked != _forgets || capacity == 0)
            {
                return;
            }

            if (_nodes.Remove(key, out var present))
            {
                _latest.Remove(present);
            }
            else if (_nodes.Count == capacity)
            {
                _nodes.Remove(_latest.Last!.Value.Key);
                _latest.RemoveLast();
            }

            _nodes.Add(key, _latest.AddFirst((key, description)));
        }
    }

    public void Forget(ImageKey key)
    {
        lock (_lock)
        {
            _forgets++;
            if (_nodes.Remove(key, out var node))
            {
                _latest.Remove(node);
            }
        }
    }
}
