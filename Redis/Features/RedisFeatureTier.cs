using System.Threading.Channels;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Loupe.Redis.Features;

/// <summary>
/// Features in Redis, of all silos together: what one encoded no other need encode, and what a lost silo had in memory
/// is not lost. Written behind, with a time to live and a budget of bytes that is kept by evicting what was used least
/// recently. Nothing is written for an image that is not in the store, so that a forgotten one stays forgotten.
/// </summary>
internal sealed partial class RedisFeatureTier : IFeatureTier
{
    private readonly RedisLink _link;
    private readonly RedisKeys _keys;
    private readonly EngineMetrics _metrics;
    private readonly ILogger _logger;
    private readonly TimeSpan _readLimit;
    private readonly TimeSpan _limit;
    private readonly TimeSpan _life;
    private readonly long _budget;
    private readonly Channel<(ValueKey Key, TensorBlob Blob)> _writes;
    private readonly Task _writer;
    private long _bytes;

    /// <param name="link">Its own, so that large values keep no one else waiting.</param>
    /// <param name="options">Prefix of the keys, and the budget.</param>
    /// <param name="metrics">Counts bytes and evictions.</param>
    /// <param name="logger">Hears what Redis refused.</param>
    public RedisFeatureTier(RedisLink link, RedisOptions options, EngineMetrics metrics, ILogger<RedisFeatureTier> logger)
    {
        (_link, _keys, _metrics, _logger) = (link, new RedisKeys(options.Prefix), metrics, logger);
        _readLimit = TimeSpan.FromMilliseconds(options.FeatureMilliseconds);
        _limit = TimeSpan.FromMilliseconds(options.TransferMilliseconds);
        _life = TimeSpan.FromHours(options.FeatureHours);
        _budget = options.FeatureBytes;
        _writes = Channel.CreateBounded<(ValueKey, TensorBlob)>(
            new BoundedChannelOptions(options.FeaturesInLine) { FullMode = BoundedChannelFullMode.DropWrite });
        _writer = Task.Run(WriteBehindAsync);
    }

    public string Name => "redis";

    /// <summary>Bytes of all silos' values, without what Redis adds, as of the last time this silo wrote or forgot one.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public void Offer(ValueKey key, TensorBlob blob) => _writes.Writer.TryWrite((key, blob));

    public async Task<TensorBlob?> ReadAsync(ValueKey key, CancellationToken cancellation)
    {
        byte[]? frame;
        try
        {
            frame = await _link.RunAsync(database => database.StringGetAsync(_keys.ValueOf(key)), _readLimit, cancellation);
        }
        catch (Exception error) when (error is RedisAwayException or RedisServerException)
        {
            return null;
        }

        if (frame is null)
        {
            return null;
        }

        if (FeatureFrame.Parse(key, frame) is { } blob)
        {
            _metrics.Transferred("in", frame.Length);
            Behind(database => database.ScriptEvaluateAsync(
                TierScripts.Touch, [_keys.ValueOf(key), _keys.Uses], [RedisKeys.MemberOf(key), (long)_life.TotalMilliseconds]));
            return blob;
        }

        LogDamaged();
        Behind(database => RemoveAsync(database, key.Image, RedisKeys.MemberOf(key)));
        return null;
    }

    public async Task ForgetAsync(ImageKey image, CancellationToken cancellation)
    {
        try
        {
            Interlocked.Exchange(
                ref _bytes, (long)await _link.RunAsync(database => RemoveAsync(database, image, member: null), _limit, cancellation));
        }
        catch (Exception error) when (error is RedisAwayException or RedisServerException)
        {
            throw LocalizerException.Of(
                ProblemKind.Unavailable,
                "The store of features cannot be reached, and some of the image may still be there. Delete it again.",
                TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Waits for what is in line to be written; it is not waited for where Redis is away.</summary>
    public async ValueTask DisposeAsync()
    {
        _writes.Writer.TryComplete();
        await _writer;
    }

    private Task<RedisResult> RemoveAsync(IDatabase database, ImageKey image, string? member) => database.ScriptEvaluateAsync(
        TierScripts.Forget,
        [$"{_keys.Sets}{RedisKeys.HashOf(image)}", _keys.Uses, _keys.Sizes, _keys.Bytes],
        member is null ? [_keys.Values] : [_keys.Values, member]);

    private void Behind(Func<IDatabase, Task> command) => _ = Task.Run(async () =>
    {
        try
        {
            await _link.RunAsync(
                async database =>
                {
                    await command(database);
                    return true;
                },
                _limit,
                CancellationToken.None);
        }
        catch (Exception error) when (error is RedisAwayException or RedisServerException)
        {
            LogNotWritten(error.Message);
        }
    });

    private async Task WriteBehindAsync()
    {
        await foreach (var (key, blob) in _writes.Reader.ReadAllAsync())
        {
            try
            {
                await WriteAsync(key, blob);
            }
            catch (Exception error) when (error is RedisAwayException or RedisServerException)
            {
                LogNotWritten(error.Message);
            }
        }
    }

    private async Task WriteAsync(ValueKey key, TensorBlob blob)
    {
        var frame = FeatureFrame.Format(key, blob);
        var reply = (long[])(await _link.RunAsync(
            database => database.ScriptEvaluateAsync(
                TierScripts.Write,
                [_keys.ImageOf(key.Image), _keys.ValueOf(key), _keys.Uses, _keys.Sizes, _keys.Bytes],
                [frame, RedisKeys.MemberOf(key), _budget, (long)_life.TotalMilliseconds, _keys.Values, _keys.Sets]),
            _limit,
            CancellationToken.None))!;
        if (reply is [>= 0 and var bytes, var evicted])
        {
            Interlocked.Exchange(ref _bytes, bytes);
            _metrics.Transferred("out", frame.Length);
            _metrics.Evicted(Name, evicted);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A value of the feature tier is damaged; it is deleted and the image encoded again")]
    private partial void LogDamaged();

    [LoggerMessage(Level = LogLevel.Debug, Message = "The feature tier was not written: {Reason}")]
    private partial void LogNotWritten(string reason);
}
