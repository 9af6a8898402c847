namespace Loupe.Engine.Batching;

/// <summary>
/// Who waits for a device: interactive work before bulk, each in order of arrival. What is raised moves to the interactive
/// line; what is taken out counts no more. Not safe for several threads: its owner locks.
/// </summary>
internal sealed class WaitingLine<T>
{
    private readonly LinkedList<T> _interactive = new();
    private readonly LinkedList<T> _bulk = new();

    public int Count => _interactive.Count + _bulk.Count;

    public LinkedListNode<T> Add(T entry, Priority priority) => (priority == Priority.Interactive ? _interactive : _bulk).AddLast(entry);

    /// <summary>Takes the next; false where nobody waits, or where the next has to wait on.</summary>
    /// <param name="entry">The next.</param>
    /// <param name="fits">Whether there is room for it; null where there always is.</param>
    public bool TryTake(out T entry, Predicate<T>? fits = null)
    {
        var line = _interactive.Count > 0 ? _interactive : _bulk;
        entry = line.First is { } first ? first.Value : default!;
        if (line.First is null || fits?.Invoke(entry) == false)
        {
            return false;
        }

        line.RemoveFirst();
        return true;
    }

    /// <summary>Takes one out of the line; false where it does not wait any more.</summary>
    public bool Remove(LinkedListNode<T> node)
    {
        if (node.List is not { } line)
        {
            return false;
        }

        line.Remove(node);
        return true;
    }

    /// <summary>Moves one to the interactive line, where it waits in the other.</summary>
    public void Raise(LinkedListNode<T> node)
    {
        if (ReferenceEquals(node.List, _bulk))
        {
            _bulk.Remove(node);
            _interactive.AddLast(node);
        }
    }
}
