using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>
/// bytes → features. Features that memory lacks come from the tier or from the image's home, the cheaper first and neither
/// where encoding is measured to be cheaper still; else the picture is encoded. It remembers nothing and joins nobody.
/// </summary>
internal sealed class EncodeStage(
    ILocalizedModel model,
    BatchQueue<PreparedPicture, StageValue> queue,
    IFeatureTier? tier,
    IImageStore images,
    EngineMetrics metrics,
    TimeProvider time,
    int preparers)
{
    private readonly SemaphoreSlim _preparing = new(preparers);
    private readonly FeatureWayCosts _costs = new(time);
    private int _unprepared;

    /// <summary>The address of an image's features.</summary>
    public ValueKey KeyOf(ImageKey image) =>
        new(image, StageName.Encode, ContentKey.Of("features", image.Tenant, model.Bundle.Digest, image.Id));

    /// <summary>Pictures on their way to the queue, which will wait in it though it does not show them yet.</summary>
    public int Unprepared => Volatile.Read(ref _unprepared);

    /// <summary>Milliseconds that encoding took lately; 0 where nothing was encoded yet.</summary>
    public double CostMs => _costs.Of(FeatureWay.Encode) ?? 0;

    /// <summary>Features of an image, the caller's to keep or to dispose.</summary>
    /// <param name="image">Whose.</param>
    /// <param name="home">Asks the image's home for them, where that is another silo; null there and where it is this one.</param>
    /// <param name="urgency">Of those who wait.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    /// <exception cref="LocalizerException">No such image, or its file is damaged.</exception>
    public async Task<Made> GetAsync(
        ImageKey image, Func<CancellationToken, Task<TensorBlob?>>? home, Urgency urgency, CancellationToken cancellation)
    {
        using var span = EngineSpans.Start("encode");
        var made = await FindAsync(KeyOf(image), home, cancellation)
            ?? await metrics.CountAsync(StageName.Encode, () => EncodeAsync(KeyOf(image), urgency, cancellation));
        span?.SetTag(EngineSpans.Reuse, EngineSpans.NameOf(made.Found));
        if (made.Found == FeatureReuse.Miss)
        {
            span.TagDevice(made.Queued, made.Device, made.BatchSize);
        }

        return made;
    }

    /// <summary>A value of features that came from elsewhere; null where they are not of this model's format.</summary>
    public StageValue? Import(TensorBlob blob)
    {
        try
        {
            return model.Encoder.Import(blob);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private async Task<Made?> FindAsync(ValueKey key, Func<CancellationToken, Task<TensorBlob?>>? home, CancellationToken cancellation)
    {
        FeatureWay[] offered =
        [
            .. tier is null ? Array.Empty<FeatureWay>() : [FeatureWay.Tier],
            .. home is null ? Array.Empty<FeatureWay>() : [FeatureWay.Home],
        ];
        foreach (var way in _costs.Order(offered, queue.Estimate.Wait.TotalMilliseconds).TakeWhile(way => way != FeatureWay.Encode))
        {
            var started = time.GetTimestamp();
            var blob = await (way == FeatureWay.Tier ? tier!.ReadAsync(key, cancellation) : home!(cancellation));
            var ms = time.GetElapsedTime(started).TotalMilliseconds;
            if (blob is not null && Import(blob) is { } value)
            {
                _costs.Took(way, ms);
                if (way == FeatureWay.Home)
                {
                    metrics.Transferred("in", blob.Data.Length);
                }

                return new Made(value, way == FeatureWay.Home ? FeatureReuse.Replica : FeatureReuse.Tier, Math.Max(CostMs, ms));
            }

            if (_costs.Of(FeatureWay.Encode) is { } encode && ms > encode)
            {
                // Waiting in vain longer than encoding takes is a cost too; a quick "not here" says nothing about a transfer.
                _costs.Took(way, ms);
            }
        }

        return null;
    }

    private async Task<Made> EncodeAsync(ValueKey key, Urgency urgency, CancellationToken cancellation)
    {
        var content = await images.ReadAsync(key.Image, cancellation) ?? throw NoImage(key.Image);
        using var picture = await PrepareAsync(content.Bytes, cancellation);
        var result = await queue.EnqueueAsync(picture, urgency, cancellation);
        var device = result.Device / result.BatchSize;
        _costs.Took(FeatureWay.Encode, device.TotalMilliseconds);
        metrics.Took(StageName.Encode, device);
        try
        {
            tier?.Offer(key, result.Value.ToBlob());
        }
        catch
        {
            result.Value.Dispose();
            throw;
        }

        return new Made(result.Value, FeatureReuse.Miss, device.TotalMilliseconds)
        {
            Queued = result.Queued,
            Device = result.Device,
            BatchSize = result.BatchSize,
        };
    }

    private async Task<PreparedPicture> PrepareAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _unprepared);
        try
        {
            await _preparing.WaitAsync(cancellation);
            try
            {
                return await Task.Run(() => model.Encoder.Prepare(bytes), cancellation);
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

    /// <summary>How an image that is not there is told.</summary>
    public static LocalizerException NoImage(ImageKey image) =>
        LocalizerException.Of(ProblemKind.NotFound, $"There is no image {image.Id}. Upload it with POST /v1/images.");
}
