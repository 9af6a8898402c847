using System.Diagnostics.Metrics;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Generations;

/// <summary>
/// Keeps a generation open: the first from the start on, and another after each fault, tried again with growing pauses.
/// While there is none the process is not ready and says why.
/// </summary>
internal sealed partial class GenerationHost : IEngineLoad, IEngineGauges, IAsyncDisposable
{
    private readonly Func<ILocalizedModel> _open;
    private readonly GenerationParts _parts;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _keeping;
    private ModelGeneration? _current;
    private volatile string? _notReadyBecause;
    private int _disposed;

    /// <summary>Opens the first generation; what is wrong with the bundle is thrown.</summary>
    /// <param name="open">Opens the model: seconds of work.</param>
    /// <param name="parts">What generations share.</param>
    /// <param name="logger">Hears of faults, and of openings in vain.</param>
    public GenerationHost(Func<ILocalizedModel> open, GenerationParts parts, ILogger<GenerationHost> logger)
    {
        (_open, _parts, _logger) = (open, parts, logger);
        _current = new ModelGeneration(open(), parts);
        _keeping = KeepAsync(_current);
        parts.Metrics.Observe(this);
    }

    /// <summary>The generation that answers now.</summary>
    /// <exception cref="LocalizerException"><see cref="ProblemKind.Unavailable"/>: there is none for the moment.</exception>
    public ModelGeneration Current => Find() ?? throw LocalizerException.Of(
        ProblemKind.Unavailable, "The device failed and is being started again; ask again.", TimeSpan.FromSeconds(1));

    /// <summary>Where features are kept beyond memory, or null.</summary>
    public IFeatureTier? Tier => _parts.Tier;

    /// <summary>Why no question can be answered for the moment, or null.</summary>
    public string? NotReadyBecause => _notReadyBecause;

    public double BusyRatio => _parts.Busy.Ratio;

    /// <summary>How long a question on a cold image would wait, in seconds.</summary>
    public double QueueSeconds => EstimateWait(warm: false).TotalSeconds;

    public double Saturation => QueueSeconds / _parts.Options.Queue.TargetSeconds;

    /// <summary>Bytes of features and prefixes kept.</summary>
    public long KeptBytes => Find()?.Store.Bytes ?? 0;

    /// <summary>The budget for them.</summary>
    public long KeptBytesAllowed => _parts.Options.Features.Bytes;

    /// <summary>The generation that answers now, or null where there is none.</summary>
    public ModelGeneration? Find() => Volatile.Read(ref _current) is { HasFailed: false } generation ? generation : null;

    public TimeSpan EstimateWait(bool warm) => Find()?.EstimateWait(warm) ?? TimeSpan.Zero;

    public IEnumerable<Measurement<int>> QueueDepths() =>
        Enum.GetValues<StageName>().Select(stage => new Measurement<int>(Find()?.DepthOf(stage) ?? 0, EngineMetrics.Tag(stage)));

    public IEnumerable<Measurement<int>> DecodeSlots()
    {
        var (active, slots) = Find() is { } generation ? (generation.Decode.Active, generation.Model.Decoder.Slots) : (0, 0);
        return
        [
            new(active, new KeyValuePair<string, object?>("state", "active")),
            new(slots - active, new KeyValuePair<string, object?>("state", "free")),
        ];
    }

    public IEnumerable<Measurement<long>> FeatureBytes() =>
    [
        new(KeptBytes, new KeyValuePair<string, object?>("tier", "memory")),
        new(Tier?.Bytes ?? 0, new KeyValuePair<string, object?>("tier", Tier?.Name ?? "disk")),
    ];

    public async ValueTask DisposeAsync()
    {
        // A container disposes it once for each name by which it is known there.
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _keeping;
        if (_current is not null)
        {
            await StopAsync(_current);
        }

        if (Tier is not null)
        {
            await Tier.DisposeAsync();
        }

        _stopping.Dispose();
    }

    // A value that is still leased is not freed under who uses it; the process that ends does not wait for it for ever.
    private async Task StopAsync(ModelGeneration last)
    {
        try
        {
            await last.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            LogStillInUse();
        }
    }

    private async Task KeepAsync(ModelGeneration generation)
    {
        try
        {
            while (true)
            {
                var fault = await generation.Failed.WaitAsync(_stopping.Token);
                LogFault(fault);
                _notReadyBecause = "the device failed and is being started again";
                Volatile.Write(ref _current, null);
                _ = RetireAsync(generation);
                generation = await ReopenAsync();
                Volatile.Write(ref _current, generation);
                _notReadyBecause = null;
                LogReopened();
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }

    private async Task<ModelGeneration> ReopenAsync()
    {
        var recovery = _parts.Options.Recovery;
        for (var pause = recovery.FirstSeconds; ; pause = Math.Min(pause * 2, recovery.LongestSeconds))
        {
            try
            {
                return new ModelGeneration(await Task.Run(_open, _stopping.Token), _parts);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogNotReopened(error, pause);
                _notReadyBecause = "the device failed and cannot be started again yet";
            }

            await Task.Delay(TimeSpan.FromSeconds(pause), _parts.Time, _stopping.Token);
        }
    }

    private async Task RetireAsync(ModelGeneration failed)
    {
        try
        {
            await failed.DisposeAsync();
        }
        catch (Exception error)
        {
            LogNotRetired(error);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error, Message = "The device failed; the model is opened again, and what was kept of it is computed anew")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Values of the model are still in use; the process ends without freeing them")]
    private partial void LogStillInUse();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model is open again")]
    private partial void LogReopened();

    [LoggerMessage(Level = LogLevel.Error, Message = "The model could not be opened again; the next try is in {Pause} s")]
    private partial void LogNotReopened(Exception error, double pause);

    [LoggerMessage(Level = LogLevel.Error, Message = "What a failed model held could not be freed")]
    private partial void LogNotRetired(Exception error);
}
