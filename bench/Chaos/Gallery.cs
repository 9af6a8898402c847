using System.Collections.Concurrent;

namespace Loupe.Bench.Chaos;

/// <summary>A file to upload, and the id that it will have.</summary>
internal sealed record Picture(string Id, byte[] File);

/// <summary>The pictures of a run: those that wait to be uploaded, and those that hang. Any thread.</summary>
/// <param name="pictures">In the order of their upload.</param>
/// <param name="every">Seconds from one to the next, so that uploads go on until the end.</param>
internal sealed class Gallery(IEnumerable<Picture> pictures, double every)
{
    private readonly ConcurrentQueue<Picture> _waiting = new(pictures);
    private int _taken;
    private readonly Lock _lock = new();
    private readonly List<string> _hanging = [];

    /// <summary>The next to upload, or null where it is not its time yet, or all are taken.</summary>
    /// <param name="elapsed">Seconds since the load began.</param>
    public Picture? Next(double elapsed)
    {
        if (Volatile.Read(ref _taken) * every > elapsed || !_waiting.TryDequeue(out var picture))
        {
            return null;
        }

        Interlocked.Increment(ref _taken);
        return picture;
    }

    /// <summary>It was uploaded: others may ask about it.</summary>
    public void Hang(Picture picture)
    {
        lock (_lock)
        {
            _hanging.Add(picture.Id);
        }
    }

    /// <summary>Its upload failed, and somebody else may try.</summary>
    public void PutBack(Picture picture)
    {
        _waiting.Enqueue(picture);
        Interlocked.Decrement(ref _taken);
    }

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
