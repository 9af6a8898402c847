namespace Loupe.Engine.Stages;

/// <summary>
/// The questions behind answer ids, so that a stream can be continued whose answer is gone. Bounded; the oldest go first.
/// </summary>
/// <param name="capacity">Questions.</param>
public sealed class QuestionLog(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _order = new();
    private readonly Dictionary<string, Entry> _byId = [];

    public void Add(string id, ImageKey image, Question question)
    {
        lock (_lock)
        {
            if (_byId.TryAdd(id, new Entry(image, question)))
            {
                _order.Enqueue(id);
                while (_order.Count > capacity)
                {
                    _byId.Remove(_order.Dequeue());
                }
            }
        }
    }

    /// <summary>The question, if it was this tenant's.</summary>
    public Question? Find(string tenant, string id)
    {
        lock (_lock)
        {
            return _byId.TryGetValue(id, out var entry) && entry.Image.Tenant == tenant ? entry.Question : null;
        }
    }

    public void Forget(ImageKey image)
    {
        lock (_lock)
        {
            foreach (var id in _byId.Where(entry => entry.Value.Image == image).Select(entry => entry.Key).ToList())
            {
                _byId.Remove(id);
            }
        }
    }

    private sealed record Entry(ImageKey Image, Question Question);
}
