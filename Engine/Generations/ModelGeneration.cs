using Loupe.Engine.Batching;
using Loupe.Engine.Decoding;
using Loupe.Engine.Features;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Generations;

/// <summary>
/// A loaded model with everything that holds its memory: queues, decode loop and arena, values, and the stages over them.
/// It fails as a whole: after the first fault of its device nothing of it is used any more, whoever waits is told so, and
/// another is opened beside it. Its memory goes when its threads have stopped and the last value is leased no more.
/// </summary>
internal sealed class ModelGeneration : IAsyncDisposable
{
    private readonly BatchQueue<PreparedPicture, StageValue> _encodeQueue;
    private readonly BatchQueue<RegionReading, StageValue> _regionQueue;
    private readonly BatchQueue<ProposalRequest, IReadOnlyList<Proposal>>? _proposalQueue;
    private readonly BatchQueue<MaskRequest, MaskGrid>? _maskQueue;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GuardedModel _model;

    /// <param name="model">Owned from now on.</param>
    /// <param name="parts">What generations share.</param>
    public ModelGeneration(ILocalizedModel model, GenerationParts parts)
    {
        var (options, metrics, time, busy) = (parts.Options, parts.Metrics, parts.Time, parts.Busy);
        _model = new GuardedModel(model, parts.IsFault, fault => _failed.TrySetResult(fault));
        var log = parts.Loggers.CreateLogger("Loupe.Engine.Batching");
        IEncoder encoder = _model;
        IRegionReader reader = _model;
        _encodeQueue = new(StageName.Encode, encoder.MaxBatch, encoder.Workers, encoder.Encode, busy, metrics, time, log);
        _regionQueue = new(StageName.Region, reader.MaxBatch, reader.Workers, reader.Read, busy, metrics, time, log);
        if (_model.Proposer is { } proposer)
        {
            _proposalQueue = new(
                StageName.Detect, maxBatch: 1, workers: 1,
                batch => [.. batch.Select(request => proposer.Propose(request.Features, request.Size))], busy, metrics, time, log);
        }

        if (_model.Masker is { } masker)
        {
            _maskQueue = new(StageName.Mask, maxBatch: 1, workers: 1, batch => [.. batch.Select(masker.Draw)], busy, metrics, time, log);
        }

        Store = new FeatureStore(options.Features.Bytes, metrics);
        var hold = reader.IsOnHost
            ? new StepHold(() => _regionQueue.Depth > 0, TimeSpan.FromMilliseconds(options.Queue.StepHoldMilliseconds), time)
            : StepHold.Never;
        Decode = new DecodeLoop(
            _model.Decoder, model.Generations.Vocabulary, options.Queue.JoinsPerStep, hold, busy, metrics, time,
            parts.Loggers.CreateLogger<DecodeLoop>());
        Encode = new EncodeStage(_model, _encodeQueue, parts.Tier, parts.Images, metrics, time, options.Limits.Preparers);
        Region = new RegionStage(_model, _regionQueue, metrics);
        Answer = new AnswerStage(_model, _proposalQueue, _maskQueue is null ? null : new MaskStage(_maskQueue, metrics), Decode, metrics);
    }

    public ILocalizedModel Model => _model;

    /// <summary>The values that came from this model.</summary>
    public FeatureStore Store { get; }

    public DecodeLoop Decode { get; }

    public EncodeStage Encode { get; }

    public RegionStage Region { get; }

    public AnswerStage Answer { get; }

    /// <summary>Completes with the fault, once.</summary>
    public Task<Exception> Failed => _failed.Task;

    public bool HasFailed => _model.HasFailed;

    /// <summary>Device time before a question that comes now would be started on its last stage.</summary>
    /// <param name="warm">Whether its image's features are at hand.</param>
    public TimeSpan EstimateWait(bool warm) =>
        (warm ? TimeSpan.Zero : _encodeQueue.Estimate.Wait + (_encodeQueue.Estimate.Element * Encode.Unprepared))
        + _regionQueue.Estimate.Wait + Decode.EstimatedWait;

    /// <summary>Requests that wait for a stage.</summary>
    public int DepthOf(StageName stage) => stage switch
    {
        StageName.Encode => _encodeQueue.Depth,
        StageName.Region => _regionQueue.Depth,
        StageName.Detect => _proposalQueue?.Depth ?? 0,
        StageName.Mask => _maskQueue?.Depth ?? 0,
        _ => Decode.Waiting,
    };

    /// <summary>Refuses who waits, stops the threads, takes the values from their owners, and frees all once no value is leased.</summary>
    public async ValueTask DisposeAsync()
    {
        Store.Close();

        // What follows waits for threads.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Decode.Dispose();
        _maskQueue?.Dispose();
        _proposalQueue?.Dispose();
        _regionQueue.Dispose();
        _encodeQueue.Dispose();
        await Store.Idle;
        _model.Dispose();
    }
}

/// <summary>What all generations of a process share.</summary>
/// <param name="Options">Budgets, queues and pauses.</param>
/// <param name="Images">Where the bytes are.</param>
/// <param name="Tier">Where features are kept beyond memory, or null.</param>
/// <param name="Metrics">Told what every stage does.</param>
/// <param name="Busy">Told how long the device worked.</param>
/// <param name="IsFault">Tells a fault of the device from a defect of one call.</param>
/// <param name="Time">By which waiting and device time are measured.</param>
/// <param name="Loggers">Hear of batches and steps that failed.</param>
internal sealed record GenerationParts(
    EngineOptions Options,
    IImageStore Images,
    IFeatureTier? Tier,
    EngineMetrics Metrics,
    BusyMeter Busy,
    Func<Exception, bool> IsFault,
    TimeProvider Time,
    ILoggerFactory Loggers);
