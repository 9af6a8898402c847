using System.Threading.Channels;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Features;

/// <summary>
/// Features on disk: one file per value, written behind, read when memory has lost it. A file says which key it is of
/// and carries a hash of all it holds; one that does not check is deleted and counts as absent. The oldest files go
/// when the folder outgrows its budget.
/// </summary>
internal sealed partial class FileFeatureTier : IFeatureTier
{
    private const string Suffix = ".features";

    private readonly string _folder;
    private readonly long _budget;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Channel<(ValueKey Key, TensorBlob Blob)> _writes =
        Channel.CreateBounded<(ValueKey, TensorBlob)>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _writer;
    private long _bytes;

    /// <param name="folder">Where the files lie; created.</param>
    /// <param name="budget">Bytes of all files.</param>
    /// <param name="metrics">Counts bytes and evictions.</param>
    /// <param name="logger">Hears of files that cannot be written or read.</param>
    public FileFeatureTier(string folder, long budget, EngineMetrics metrics, ILogger<FileFeatureTier> logger)
    {
        (_folder, _budget, _metrics, _logger) = (folder, budget, metrics, logger);
        Directory.CreateDirectory(folder);
        _bytes = new DirectoryInfo(folder).EnumerateFiles("*" + Suffix, SearchOption.AllDirectories).Sum(file => file.Length);
        _writer = Task.Run(WriteBehindAsync);
    }

    public string Name => "disk";

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Puts a value in line to be written; drops it when the disk cannot keep up.</summary>
    public void Offer(ValueKey key, TensorBlob blob) => _writes.Writer.TryWrite((key, blob));

    /// <summary>The value, or null where there is none that checks.</summary>
    public async Task<TensorBlob?> ReadAsync(ValueKey key, CancellationToken cancellation)
    {
        var path = PathOf(key);
        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        if (FeatureFrame.Parse(key, bytes) is { } blob)
        {
            _metrics.Transferred("in", bytes.Length);
            return blob;
        }

        LogDamaged();
        Delete(path);
        return null;
    }

    public Task ForgetAsync(ImageKey image, CancellationToken cancellation)
    {
        var folder = FolderOf(image);
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                Delete(file);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Waits for what is in line to be written.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _writer;
    }

    private async Task WriteBehindAsync()
    {
        await foreach (var (key, blob) in _writes.Reader.ReadAllAsync())
        {
            var path = PathOf(key);
            try
            {
                if (File.Exists(path))
                {
                    continue;
                }

                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                var file = FeatureFrame.Format(key, blob);
                await File.WriteAllBytesAsync(path + ".part", file);
                File.Move(path + ".part", path, overwrite: true);
                _metrics.Transferred("out", file.Length);
                if (Interlocked.Add(ref _bytes, file.Length) > _budget)
                {
                    Trim();
                }
            }
            catch (IOException error)
            {
                LogNotWritten(error);
            }
        }
    }

    private void Trim()
    {
        var files = new DirectoryInfo(_folder)
            .EnumerateFiles("*" + Suffix, SearchOption.AllDirectories)
            .OrderBy(file => file.LastWriteTimeUtc)
            .ToList();
        long trimmed = 0;
        // A tenth more than needed, so that the folder is not listed for every value.
        foreach (var file in files)
        {
            if (Bytes <= _budget * 9 / 10)
            {
                break;
            }

            Delete(file.FullName);
            trimmed++;
        }

        _metrics.Evicted(Name, trimmed);
    }

    private void Delete(string path)
    {
        var file = new FileInfo(path);
        if (file.Exists)
        {
            Interlocked.Add(ref _bytes, -file.Length);
            file.Delete();
        }
    }

    private string FolderOf(ImageKey image) =>
        Path.Combine(_folder, image.Id[..2], Models.Questions.ContentKey.Of(image.Tenant, image.Id)[..32]);

    private string PathOf(ValueKey key) => Path.Combine(FolderOf(key.Image), key.Hash + Suffix);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A file of the feature tier is damaged; it is deleted and the image encoded again")]
    private partial void LogDamaged();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Features could not be written to the tier")]
    private partial void LogNotWritten(Exception error);
}
