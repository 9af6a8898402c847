namespace Loupe.Bundler.Hub;

/// <summary>A folder in the publisher's layout, wherever it is.</summary>
internal interface IModelSource
{
    /// <summary>For people.</summary>
    string Name { get; }

    /// <summary>Opens a file from a place on; null where there is no such file.</summary>
    /// <param name="file">Its name.</param>
    /// <param name="from">Bytes that are here already.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <exception cref="PullException">It cannot be had.</exception>
    Task<RemoteFile?> OpenAsync(string file, long from, CancellationToken cancellation);
}

/// <summary>A file that is being read.</summary>
/// <param name="Content">From <paramref name="From"/> on.</param>
/// <param name="From">Where it begins; 0 where the source cannot begin later.</param>
/// <param name="Length">Of the whole file; null where the source does not say.</param>
internal sealed record RemoteFile(Stream Content, long From, long? Length) : IDisposable
{
    /// <summary>SHA-256 of the whole file, where the source says it.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Git's hash of the whole file, where the source says that.</summary>
    public string? GitHash { get; init; }

    /// <summary>The commit that it is of, where the source says it.</summary>
    public string? Commit { get; init; }

    /// <summary>What else has to be closed.</summary>
    public IDisposable? Owner { get; init; }

    public void Dispose()
    {
        Content.Dispose();
        Owner?.Dispose();
    }
}
