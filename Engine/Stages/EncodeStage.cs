using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Images;
using Loupe.Engine.Memo;
using Loupe.Engine.Models;
using Loupe.Engine.Questions;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>
/// bytes → features, once per image. Looks in memory, then in the tier and on the
/// image's home, the cheaper first and neither where encoding is measured to be cheaper still, then encodes; concurrent callers share the work.
/// </summary>
public sealed class EncodeStage : IDisposable
{
    private readonly ILocalizedModel _model;
    private readonly BatchQueue<PreparedPicture, StageValue> _queue;
    private readonly FeatureStore _store;
    private readonly IFeatureTier? _tier;
    private readonly IImageStore _images;
    private readonly EngineMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly bool _keeps;
    private readonly SemaphoreSlim _preparing;
    private readonly IFeatureSource? _source;
    private readonly FeatureWayCosts _costs;
    private readonly FeatureWay[] _offered;
    private readonly SharedWork<ValueKey, Staged> _work =
        new(staged => staged with { Lease = staged.Lease.Share() }, staged => staged.Lease.Dispose());

    private int _unprepared;

    public EncodeStage(
        ILocalizedModel model,
        BatchQueue<PreparedPicture, StageValue> queue,
        FeatureStore store,
        IFeatureTier? tier,
        IImageStore images,
        EngineMetrics metrics,
        TimeProvider time,
        bool keeps,
        int preparers,
        IFeatureSource? source = null)
    {
        (_model, _queue, _store, _tier, _images, _metrics, _time, _keeps) = (model, queue, store, tier, images, metrics, time, keeps);
        _preparing = new SemaphoreSlim(preparers);
        _source = source;
        _costs = new FeatureWayCosts(time);
        _offered = [.. tier is null ? Array.Empty<FeatureWay>() : [FeatureWay.Tier], .. source is null ? Array.Empty<FeatureWay>() : [FeatureWay.Home]];
    }

    public ValueKey KeyOf(ImageKey image) =>
        new(image, Stage.Encode, ContentKey.Of("features", image.Tenant, _model.Bundle.Digest, image.Id));

    /// <summary>Whether the next question finds features in memory.</summary>
    public bool IsWarm(ImageKey image) => _keeps && _store.Contains(KeyOf(image));

    /// <summary>
    /// Keeps features that another machine computed and hands over. False where they are not kept: they are not of this
    /// model's format, there is no room for them, or the image is gone.
    /// </summary>
    public async Task<bool> AdoptAsync(ImageKey image, TensorBlob blob, CancellationToken cancellation)
    {
        if (IsWarm(image))
        {
            return true;
        }

        if (!_keeps || Import(blob) is not { } value)
        {
            return false;
        }

        try
        {
            (await KeepAsync(KeyOf(image), value, EncodeMs, cancellation)).Dispose();
            _metrics.Transferred("in", blob.Data.Length);
            return IsWarm(image);
        }
        catch (LocalizerException)
        {
            return false;
        }
    }

    /// <summary>Pictures on their way to the queue, which will wait in it though it does not show them yet.</summary>
    public int Unprepared => Volatile.Read(ref _unprepared);

    /// <summary>Images whose features are being looked for or computed for somebody who still waits.</summary>
    public int UnderWay => _work.Count;

    /// <summary>Features of an image, leased.</summary>
    /// <exception cref="LocalizerException">No such image, or its file is damaged.</exception>
    public async Task<Staged> GetAsync(ImageKey image, Priority priority, CancellationToken cancellation)
    {
        using var span = EngineSpans.Start("encode");
        var key = KeyOf(image);
        Staged staged;
        if (!_keeps)
        {
            staged = await EncodeAsync(key, priority, cancellation);
        }
        else if (_store.TryLease(key) is { } lease)
        {
            staged = Staged.Hit(lease);
        }
        else
        {
            var (value, started) = await _work.GetAsync(key, token => FindAsync(key, priority, token), cancellation);
            staged = started ? value : Staged.Hit(value.Lease);
        }

        _metrics.Reuse(Stage.Encode, EngineSpans.NameOf(staged.Found));
        span?.SetTag(EngineSpans.Reuse, EngineSpans.NameOf(staged.Found));
        if (staged.Found == FeatureReuse.Miss)
        {
            span.TagDevice(staged.Queued, staged.Device, staged.BatchSize);
        }

        return staged;
    }

    /// <summary>
    /// Forgetting an image removes its bytes first; a value computed from them meanwhile must not stay. Called after
    /// each value is kept.
    /// </summary>
    public async Task EnsureStillThereAsync(ImageKey image, CancellationToken cancellation)
    {
        try
        {
            if (await _images.DescribeAsync(image, cancellation) is not null)
            {
                return;
            }
        }
        catch (LocalizerException)
        {
            // Where nobody can tell, nothing stays either.
            _store.Forget(image);
            throw;
        }

        _store.Forget(image);
        if (_tier is not null)
        {
            await _tier.ForgetAsync(image, cancellation);
        }

        throw NoImage(image);
    }

    public void Dispose() => _preparing.Dispose();

    private double EncodeMs => _costs.Of(FeatureWay.Encode) ?? 0;

    private async Task<Staged> FindAsync(ValueKey key, Priority priority, CancellationToken cancellation)
    {
        if (_store.TryLease(key) is { } lease)
        {
            return Staged.Hit(lease);
        }

        foreach (var way in _costs.Order(_offered, _queue.Estimate.Wait.TotalMilliseconds))
        {
            var started = _time.GetTimestamp();
            if (way == FeatureWay.Encode)
            {
                break;
            }

            var blob = await ReadAsync(way, key, cancellation);
            var ms = _time.GetElapsedTime(started).TotalMilliseconds;
            if (blob is not null && Import(blob) is { } value)
            {
                _costs.Took(way, ms);
                if (way == FeatureWay.Home)
                {
                    _metrics.Transferred("in", blob.Data.Length);
                }

                return new Staged(
                    await KeepAsync(key, value, Math.Max(EncodeMs, ms), cancellation),
                    way == FeatureWay.Home ? FeatureReuse.Replica : FeatureReuse.Tier, TimeSpan.Zero, TimeSpan.Zero);
            }

            if (_costs.Of(FeatureWay.Encode) is { } encode && ms > encode)
            {
                // Waiting in vain longer than encoding takes is a cost too; a quick "not here" says nothing about a transfer.
                _costs.Took(way, ms);
            }
        }

        return await EncodeAsync(key, priority, cancellation);
    }

    private Task<TensorBlob?> ReadAsync(FeatureWay way, ValueKey key, CancellationToken cancellation) =>
        way == FeatureWay.Tier ? _tier!.ReadAsync(key, cancellation) : _source!.PullAsync(key, cancellation);

    private async Task<Staged> EncodeAsync(ValueKey key, Priority priority, CancellationToken cancellation)
    {
        try
        {
            var content = await _images.ReadAsync(key.Image, cancellation) ?? throw NoImage(key.Image);
            using var picture = await PrepareAsync(content.Bytes, cancellation);
            var result = await _queue.EnqueueAsync(picture, priority, cancellation);
            var device = result.Device / result.BatchSize;
            _costs.Took(FeatureWay.Encode, device.TotalMilliseconds);
            _metrics.Took(Stage.Encode, device);
            _metrics.Request(Stage.Encode, "ok");
            if (!_keeps)
            {
                return new Staged(_store.Hold(key, result.Value), FeatureReuse.Miss, result.Queued, result.Device) { BatchSize = result.BatchSize };
            }

            _tier?.Offer(key, result.Value.ToBlob());
            return new Staged(await KeepAsync(key, result.Value, device.TotalMilliseconds, cancellation), FeatureReuse.Miss, result.Queued, result.Device) { BatchSize = result.BatchSize };
        }
        catch (OperationCanceledException)
        {
            _metrics.Request(Stage.Encode, "cancelled");
            throw;
        }
        catch
        {
            _metrics.Request(Stage.Encode, "failed");
            throw;
        }
    }

    private async Task<PreparedPicture> PrepareAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _unprepared);
        try
        {
            await _preparing.WaitAsync(cancellation);
            try
            {
                return await Task.Run(() => _model.Encoder.Prepare(bytes), cancellation);
            }
            finally
            {
                _preparing.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref _unprepared);
        }
    }

    private async Task<FeatureStore.Lease> KeepAsync(ValueKey key, StageValue value, double costMs, CancellationToken cancellation)
    {
        var lease = _store.Add(key, value, costMs);
        try
        {
            await EnsureStillThereAsync(key.Image, cancellation);
            return lease;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private StageValue? Import(TensorBlob blob)
    {
        try
        {
            return _model.Encoder.Import(blob);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static LocalizerException NoImage(ImageKey image) =>
        LocalizerException.Of(ProblemKind.NotFound, $"There is no image {image.Id}. Upload it with POST /v1/images.");
}
