using System.Security.Cryptography;
using System.Text.Json;
using Loupe.Engine.Models.Questions;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Images;

/// <summary>
/// Images as files: <c>root/tenant hash/first two digits/id</c>, with a description beside each. An upload is
/// acknowledged when both files and their folder are synced. What an interrupted upload left behind is swept at start.
/// </summary>
internal sealed partial class FileImageStore : IImageStore
{
    private const string DescriptionSuffix = ".json";
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(1);

    private readonly string _root;
    private readonly IPictureInspector _inspector;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DescriptionMemo _descriptions = new();

    public FileImageStore(string root, IPictureInspector inspector, TimeProvider time, ILogger<FileImageStore> logger)
    {
        (_root, _inspector, _time, _logger) = (Path.GetFullPath(root), inspector, time, logger);
        Directory.CreateDirectory(_root);
        Sweep();
    }

    public async Task<StoredImage> AddAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var key = new ImageKey(tenant, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
        if (await DescribeAsync(key, cancellation) is { } present)
        {
            return new StoredImage(present, Created: false);
        }

        var (mediaType, size) = await Task.Run(() => _inspector.Inspect(bytes), cancellation);
        var description = new ImageDescription
        {
            Id = key.Id,
            Width = size.Width,
            Height = size.Height,
            Bytes = bytes.Length,
            CreatedAt = _time.GetUtcNow(),
            MediaType = mediaType,
        };
        var path = PathOf(key);
        try
        {
            DurableFile.CreateFolder(TenantFolder(tenant));
            DurableFile.CreateFolder(Path.GetDirectoryName(path)!);
            await DurableFile.WriteAsync(path, bytes, cancellation);
            // The description comes last: an image is there when it is described.
            await DurableFile.WriteAsync(
                path + DescriptionSuffix, JsonSerializer.SerializeToUtf8Bytes(description, LoupeJson.Default.ImageDescription),
                cancellation);
        }
        catch (IOException error)
        {
            LogNotStored(error);
            throw LocalizerException.Of(
                ProblemKind.Unavailable, "The image could not be stored; the disk may be full. Nothing was acknowledged.",
                TimeSpan.FromSeconds(5));
        }

        return new StoredImage(description, Created: true);
    }

    public async Task<ImageDescription?> DescribeAsync(ImageKey key, CancellationToken cancellation)
    {
        if (!ImageKey.IsId(key.Id))
        {
            return null;
        }

        if (_descriptions.Find(key) is { } known)
        {
            return known;
        }

        var path = PathOf(key) + DescriptionSuffix;
        try
        {
            // Before the file is read: one written meanwhile is then read again.
            var written = File.GetLastWriteTimeUtc(path);
            await using var file = File.OpenRead(path);
            var description = await JsonSerializer.DeserializeAsync(file, LoupeJson.Default.ImageDescription, cancellation);
            if (description is not null)
            {
                _descriptions.Keep(key, path, written, description);
            }

            return description;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public async Task<ImageContent?> ReadAsync(ImageKey key, CancellationToken cancellation)
    {
        if (await DescribeAsync(key, cancellation) is not { } description)
        {
            return null;
        }

        byte[] bytes;
        try
        {
            bytes = await File.ReadAllBytesAsync(PathOf(key), cancellation);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != key.Id)
        {
            LogDamaged(key.Id);
            // Without its description the image is not there, so that an upload heals it.
            File.Delete(PathOf(key) + DescriptionSuffix);
            throw LocalizerException.Of(
                ProblemKind.Unprocessable, "The stored image is damaged: its bytes have another hash than its id. Upload it again.");
        }

        return new ImageContent(description.MediaType, bytes);
    }

    public Task<bool> RemoveAsync(ImageKey key, CancellationToken cancellation)
    {
        if (!ImageKey.IsId(key.Id))
        {
            return Task.FromResult(false);
        }

        var path = PathOf(key);
        var there = File.Exists(path + DescriptionSuffix);
        if (there)
        {
            File.Delete(path + DescriptionSuffix);
            File.Delete(path);
        }

        return Task.FromResult(there);
    }

    private void Sweep()
    {
        foreach (var left in Directory.EnumerateFiles(_root, "*" + DurableFile.TemporarySuffix, SearchOption.AllDirectories))
        {
            // A younger one may be another silo's upload on its way into the folder they share.
            if (_time.GetUtcNow() - File.GetLastWriteTimeUtc(left) > Abandoned)
            {
                File.Delete(left);
            }
        }
    }

    // A tenant's name may hold anything; its hash is a safe folder name.
    private string TenantFolder(string tenant) => Path.Combine(_root, ContentKey.Of(tenant)[..32]);

    private string PathOf(ImageKey key) => Path.Combine(TenantFolder(key.Tenant), key.Id[..2], key.Id);

    [LoggerMessage(Level = LogLevel.Error, Message = "An image could not be stored")]
    private partial void LogNotStored(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stored image {Id} is damaged")]
    private partial void LogDamaged(string id);
}
