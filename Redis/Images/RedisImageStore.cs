using System.Security.Cryptography;
using System.Text.Json;
using Loupe.Engine.Images;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Loupe.Redis.Images;

/// <summary>
/// Images in Redis, for silos that share no disk: one hash per image with its bytes and its description, written by
/// one command. An upload is acknowledged when Redis, and as many replicas as are asked for, acknowledged it; how
/// durable that is, is Redis' own (<c>appendonly</c>). While Redis is away, images that were described before are
/// still described, from memory, and everything else is refused: nobody is told that an image is not there.
/// </summary>
internal sealed partial class RedisImageStore : IImageStore
{
    private static readonly RedisValue Description = "description";
    private static readonly RedisValue Bytes = "bytes";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private readonly RedisLink _link;
    private readonly RedisLink _uploads;
    private readonly RedisKeys _keys;
    private readonly IPictureInspector _inspector;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly DescriptionMemory _memory;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _transferLimit;
    private readonly int _replicas;

    /// <param name="link">For what is small or read.</param>
    /// <param name="uploads">For uploads, which wait for replicas and must not keep others waiting.</param>
    /// <param name="options">Prefix of the keys, and how many descriptions are remembered.</param>
    /// <param name="inspector">Says what a file is.</param>
    /// <param name="time">Dates what is stored.</param>
    /// <param name="logger">Hears what Redis refused.</param>
    public RedisImageStore(
        RedisLink link, RedisLink uploads, RedisOptions options, IPictureInspector inspector, TimeProvider time,
        ILogger<RedisImageStore> logger)
    {
        (_link, _uploads, _inspector, _time, _logger) = (link, uploads, inspector, time, logger);
        (_keys, _memory, _replicas) = (
            new RedisKeys(options.Prefix), new DescriptionMemory(options.DescriptionsRemembered), options.Replicas);
        _limit = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds);
        _transferLimit = TimeSpan.FromMilliseconds(options.TransferMilliseconds);
    }

    public async Task<StoredImage> AddAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var key = new ImageKey(tenant, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)));
        try
        {
            if (await LookAsync(key, cancellation) is { } present)
            {
                // An earlier upload may have been refused for want of replicas; what is written now comes after it.
                await WriteAsync(key, [EntryOf(present)], onlyForReplicas: true, cancellation);
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
            var asked = _memory.Forgets;
            await WriteAsync(key, [new HashEntry(Bytes, bytes), EntryOf(description)], onlyForReplicas: false, cancellation);
            _memory.Add(key, description, asked);
            return new StoredImage(description, Created: true);
        }
        catch (RedisAwayException)
        {
            throw Refuse("The image store cannot be reached, and the image was not acknowledged. Upload it again.");
        }
        catch (RedisServerException error)
        {
            LogNotStored(error.Message);
            throw Refuse("The image store takes no more images now, and the image was not acknowledged. Upload it again later.");
        }
    }

    public async Task<ImageDescription?> DescribeAsync(ImageKey key, CancellationToken cancellation)
    {
        if (!ImageKey.IsId(key.Id))
        {
            return null;
        }

        try
        {
            return await LookAsync(key, cancellation);
        }
        catch (Exception error) when (error is RedisAwayException or RedisServerException)
        {
            return _memory.Find(key) ?? throw Unreachable();
        }
    }

    public async Task<ImageContent?> ReadAsync(ImageKey key, CancellationToken cancellation)
    {
        if (!ImageKey.IsId(key.Id))
        {
            return null;
        }

        try
        {
            var name = _keys.ImageOf(key);
            var fields = await _link.RunAsync(database => database.HashGetAsync(name, [Description, Bytes]), _transferLimit, cancellation);
            if (fields[0].IsNull || fields[1].IsNull)
            {
                return null;
            }

            var bytes = (byte[])fields[1]!;
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) == key.Id)
            {
                return new ImageContent(Read(fields[0]).MediaType, bytes);
            }

            LogDamaged(key.Id);
            // Without it the image is not there, so that an upload heals it.
            await _link.RunAsync(database => database.KeyDeleteAsync(name), _limit, cancellation);
            throw LocalizerException.Of(
                ProblemKind.Unprocessable, "The stored image is damaged: its bytes have another hash than its id. Upload it again.");
        }
        catch (Exception error) when (error is RedisAwayException or RedisServerException)
        {
            throw Unreachable();
        }
    }

    public async Task<bool> RemoveAsync(ImageKey key, CancellationToken cancellation)
    {
        if (!ImageKey.IsId(key.Id))
        {
            return false;
        }

        _memory.Forget(key);
        try
        {
            return await _link.RunAsync(database => database.KeyDeleteAsync(_keys.ImageOf(key)), _limit, cancellation);
        }
        catch (Exception error) when (error is RedisAwayException or RedisServerException)
        {
            throw Refuse("The image store cannot be reached, and the image may still be there. Delete it again.");
        }
    }

    private static ImageDescription Read(RedisValue json) =>
        JsonSerializer.Deserialize(((ReadOnlyMemory<byte>)json).Span, LoupeJson.Default.ImageDescription)!;

    private static HashEntry EntryOf(ImageDescription description) =>
        new(Description, JsonSerializer.SerializeToUtf8Bytes(description, LoupeJson.Default.ImageDescription));

    private static LocalizerException Refuse(string detail) => LocalizerException.Of(ProblemKind.Unavailable, detail, Retry);

    private static LocalizerException Unreachable() =>
        Refuse("The image store cannot be reached, so that it is not known whether the image is there. Ask again.");

    /// <summary>What Redis says of the image now.</summary>
    private async Task<ImageDescription?> LookAsync(ImageKey key, CancellationToken cancellation)
    {
        var asked = _memory.Forgets;
        var json = await _link.RunAsync(database => database.HashGetAsync(_keys.ImageOf(key), Description), _limit, cancellation);
        if (json.IsNull)
        {
            _memory.Forget(key);
            return null;
        }

        var description = Read(json);
        _memory.Add(key, description, asked);
        return description;
    }

    private async Task WriteAsync(ImageKey key, HashEntry[] entries, bool onlyForReplicas, CancellationToken cancellation)
    {
        if (onlyForReplicas && _replicas == 0)
        {
            return;
        }

        var have = await _uploads.RunAsync(
            async database =>
            {
                await database.HashSetAsync(_keys.ImageOf(key), entries);
                // On the same connection: WAIT is about the writes of its own.
                return _replicas == 0 ? 0 : (int)await database.ExecuteAsync("WAIT", _replicas, (int)_transferLimit.TotalMilliseconds / 2);
            },
            _transferLimit,
            cancellation);
        if (have < _replicas)
        {
            LogNotStored($"{have} of {_replicas} replicas have it");
            throw Refuse("Too few replicas of the image store have the image, and it was not acknowledged. Upload it again.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Redis did not take an image: {Refusal}")]
    private partial void LogNotStored(string refusal);

    [LoggerMessage(Level = LogLevel.Error, Message = "The stored image {Id} is damaged")]
    private partial void LogDamaged(string id);
}
