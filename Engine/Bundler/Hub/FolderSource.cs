namespace Loupe.Bundler.Hub;

/// <summary>A folder of this machine.</summary>
internal sealed class FolderSource(string folder) : IModelSource
{
    public string Name => folder;

    public Task<RemoteFile?> OpenAsync(string file, long from, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            throw new PullException($"{folder}: there is no such folder. --from takes a folder or an address in the publisher's layout.");
        }

        var path = Path.Combine(folder, file);
        if (!File.Exists(path))
        {
            return Task.FromResult<RemoteFile?>(null);
        }

        var stream = File.OpenRead(path);
        stream.Position = Math.Min(from, stream.Length);
        return Task.FromResult<RemoteFile?>(new RemoteFile(stream, stream.Position, stream.Length));
    }
}
