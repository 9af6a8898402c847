using System.Collections.Concurrent;

namespace Loupe.Bench.Chaos;

/// <summary>A file to upload, and the id that it will have.</summary>
internal sealed record Picture(string Id, byte[] File);

/// <summary>The pictures of a run: those that wait to be uploaded, and those that hang. Any thread.</summary>
internal sealed class Gallery(IEnumerable<Picture> pictures)
{
    private readonly ConcurrentQueue<Picture> _waiting = new(pictures);
    private readonly Lock _lock = new();
    private readonly List<string> _hanging = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _hanging.Count;
            }
        }
    }

    /// <summary>The next to upload, or null when all are uploaded or being so.</summary>
    public Picture? Next() => _waiting.TryDequeue(out var picture) ? picture : null;

    /// <summary>It was uploaded: others may ask about it.</summary>
    public void Hang(Picture picture)
    {
        lock (_lock)
        {
            _hanging.Add(picture.Id);
        }
    }

    public void PutBack(Picture picture) => _waiting.Enqueue(picture);

    /// <summary>Some uploaded picture's id, the first ones more often; null while there is none.</summary>
    public string? Any(Random random)
    {
        lock (_lock)
        {
            // Squared, so that some images are hot.
            return _hanging.Count == 0 ? null : _hanging[(int)(_hanging.Count * random.NextDouble() * random.NextDouble())];
        }
    }
}
