using System.Diagnostics.Metrics;
using Loupe.Engine.Batching;
using Loupe.Engine.Decoding;
using Loupe.Engine.Devices;
using Loupe.Engine.Features;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Hosting;

/// <summary>One model with its queues, its decode loop, its stores and the stages over them.</summary>
public sealed class EngineParts : IEngineLoad, IEngineGauges, IAsyncDisposable
{
    private readonly BatchQueue<PreparedPicture, StageValue> _encodeQueue;
    private readonly BatchQueue<RegionReading, StageValue> _regionQueue;
    private readonly BatchQueue<ProposalRequest, IReadOnlyList<Proposal>>? _proposalQueue;
    private readonly BatchQueue<MaskRequest, MaskGrid>? _maskQueue;
    private readonly BusyMeter _busy;
    private readonly double _targetSeconds;

    /// <param name="model">Owned from now on.</param>
    /// <param name="options">Validated.</param>
    /// <param name="images">Where the bytes are.</param>
    /// <param name="metrics">Owned from now on.</param>
    /// <param name="time">Clock.</param>
    /// <param name="loggers">Log.</param>
    /// <param name="source">Where features may be pulled from, in a cluster.</param>
    /// <param name="tier">Where features are kept beyond memory, if not on disk; owned from now on.</param>
    public EngineParts(
        ILocalizedModel model,
        EngineOptions options,
        IImageStore images,
        EngineMetrics metrics,
        TimeProvider time,
        ILoggerFactory loggers,
        IFeatureSource? source = null,
        IFeatureTier? tier = null)
    {
        (Model, Images, Metrics) = (model, images, metrics);
        _targetSeconds = options.Queue.TargetSeconds;
        _busy = new BusyMeter(time);
        var log = loggers.CreateLogger("Loupe.Engine.Batching");
        _encodeQueue = new(Stage.Encode, model.Encoder.MaxBatch, model.Encoder.Workers, model.Encoder.Encode, _busy, metrics, time, log);
        _regionQueue = new(Stage.Region, model.RegionReader.MaxBatch, model.RegionReader.Workers, model.RegionReader.Read, _busy, metrics, time, log);
        if (model.Proposer is { } proposer)
        {
            _proposalQueue = new(
                Stage.Detect, maxBatch: 1, workers: 1, batch => [.. batch.Select(request => proposer.Propose(request.Features, request.Size))], _busy, metrics, time, log);
        }

        if (model.Masker is { } masker)
        {
            _maskQueue = new(Stage.Mask, maxBatch: 1, workers: 1, batch => [.. batch.Select(masker.Draw)], _busy, metrics, time, log);
        }

        Store = new FeatureStore(options.Features.Bytes, metrics);
        var keepsFeatures = options.Reuse is ReuseMode.Full or ReuseMode.Image;
        Tier = !keepsFeatures ? null
            : tier is not null ? tier
            : options.Features.TierBytes > 0
                ? new FileFeatureTier(Path.Combine(options.Data, "features"), options.Features.TierBytes, metrics, loggers.CreateLogger<FileFeatureTier>())
            : null;
        Decode = new DecodeLoop(
            model.Decoder, model.Generations.Vocabulary, options.Queue.JoinsPerStep, Hold(), _busy, metrics, time, loggers.CreateLogger<DecodeLoop>());
        Encode = new EncodeStage(model, _encodeQueue, Store, Tier, images, metrics, time, keepsFeatures, options.Limits.Preparers, source);
        Region = new RegionStage(model, _regionQueue, Store, Encode, metrics, options.Reuse is ReuseMode.Full);
        var masks = _maskQueue is null ? null : new MaskStage(_maskQueue, metrics);
        Answer = new AnswerStage(model, Encode, Region, _proposalQueue, masks, Decode, metrics);
        if (model is RebuildingModel rebuilding)
        {
            rebuilding.Rebuilt += Store.Clear;
        }

        metrics.Observe(this);

        StepHold Hold() => model.RegionReader.IsOnHost
            ? new(() => _regionQueue.Depth > 0, TimeSpan.FromMilliseconds(options.Queue.StepHoldMilliseconds), time)
            : StepHold.Never;
    }

    public ILocalizedModel Model { get; }

    public IImageStore Images { get; }

    public EngineMetrics Metrics { get; }

    public FeatureStore Store { get; }

    public IFeatureTier? Tier { get; }

    public DecodeLoop Decode { get; }

    public EncodeStage Encode { get; }

    public RegionStage Region { get; }

    public AnswerStage Answer { get; }

    /// <summary>Whether a failed device is being started again.</summary>
    public bool IsRebuilding => Model is RebuildingModel { IsRebuilding: true };

    public double BusyRatio => _busy.Ratio;

    /// <summary>How long a question on a cold image would wait, in seconds.</summary>
    public double QueueSeconds => EstimateWait(warm: false).TotalSeconds;

    public double Saturation => QueueSeconds / _targetSeconds;

    public TimeSpan EstimateWait(bool warm) =>
        (warm ? TimeSpan.Zero : _encodeQueue.Estimate.Wait + (_encodeQueue.Estimate.Element * Encode.Unprepared)) + _regionQueue.Estimate.Wait + Decode.EstimatedWait;

    public IEnumerable<Measurement<int>> QueueDepths() =>
    [
        new(_encodeQueue.Depth, EngineMetrics.Tag(Stage.Encode)),
        new(_regionQueue.Depth, EngineMetrics.Tag(Stage.Region)),
        new(_proposalQueue?.Depth ?? 0, EngineMetrics.Tag(Stage.Detect)),
        new(_maskQueue?.Depth ?? 0, EngineMetrics.Tag(Stage.Mask)),
        new(Decode.Waiting, EngineMetrics.Tag(Stage.Decode)),
    ];

    public IEnumerable<Measurement<int>> DecodeSlots()
    {
        var active = Decode.Active;
        return
        [
            new(active, new KeyValuePair<string, object?>("state", "active")),
            new(Model.Decoder.Slots - active, new KeyValuePair<string, object?>("state", "free")),
        ];
    }

    public IEnumerable<Measurement<long>> FeatureBytes() =>
    [
        new(Store.Bytes, new KeyValuePair<string, object?>("tier", "memory")),
        new(Tier?.Bytes ?? 0, new KeyValuePair<string, object?>("tier", Tier?.Name ?? "disk")),
    ];

    public async ValueTask DisposeAsync()
    {
        Metrics.Dispose();
        Decode.Dispose();
        _maskQueue?.Dispose();
        _proposalQueue?.Dispose();
        _regionQueue.Dispose();
        _encodeQueue.Dispose();
        Encode.Dispose();
        if (Tier is not null)
        {
            await Tier.DisposeAsync();
        }

        Store.Dispose();
        Model.Dispose();
    }
}
