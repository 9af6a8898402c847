using System.Collections.Concurrent;

namespace Loupe.Engine.Images;

/// <summary>
/// Descriptions that were read from files, so that every question need not read one again. A description holds as long
/// as its file has the time it had: whoever shares the folder may remove it. Any thread.
/// </summary>
internal sealed class DescriptionMemo
{
    // Some 500 bytes each.
    private const int Most = 20_000;

    private readonly ConcurrentDictionary<ImageKey, Entry> _entries = new();

    /// <summary>The description, if it was kept and its file is the same; costs one look at the file's times.</summary>
    public ImageDescription? Find(ImageKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            return null;
        }

        if (File.GetLastWriteTimeUtc(entry.Path) == entry.Written)
        {
            return entry.Description;
        }

        _entries.TryRemove(key, out _);
        return null;
    }

    /// <summary>Keeps a description.</summary>
    /// <param name="key">Of the image.</param>
    /// <param name="path">The description's file.</param>
    /// <param name="written">The file's time before it was read.</param>
    /// <param name="description">What was read.</param>
    public void Keep(ImageKey key, string path, DateTime written, ImageDescription description)
    {
        if (_entries.Count >= Most)
        {
            // All of them are read again in a moment; which were used last is not worth keeping account of.
            _entries.Clear();
        }

        _entries[key] = new Entry(path, written, description);
    }

    private sealed record Entry(string Path, DateTime Written, ImageDescription Description);
}
