using Loupe.Engine.Models;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Devices;

/// <summary>
/// A model that survives its device. A call that fails as a device does closes the model, opens it again, and is
/// answered with <see cref="ProblemKind.Unavailable"/>: what the call was about may have been lost with the device's
/// memory, and a question asked again a moment later finds a new session. Calls of other stages wait meanwhile.
/// </summary>
public sealed partial class RebuildingModel : ILocalizedModel, IEncoder, IRegionReader, IDecoder, IProposer, IMasker
{
    private readonly Func<ILocalizedModel> _open;
    private readonly Func<Exception, bool> _isDeviceFault;
    private readonly ILogger _logger;
    private readonly ReaderWriterLockSlim _lock = new();
    private ILocalizedModel _model;
    private volatile bool _rebuilding;

    /// <param name="open">Opens the model; called at once and after each fault.</param>
    /// <param name="isDeviceFault">Tells a fault of the device from a defect of the request or of Loupe.</param>
    /// <param name="logger">Log.</param>
    public RebuildingModel(Func<ILocalizedModel> open, Func<Exception, bool> isDeviceFault, ILogger<RebuildingModel> logger)
    {
        (_open, _isDeviceFault, _logger) = (open, isDeviceFault, logger);
        _model = open();
        Bundle = _model.Bundle;
        Generations = _model.Generations;
    }

    /// <summary>Raised after the device's memory was lost, before any further call: values kept from before are void.</summary>
    public event Action? Rebuilt;

    /// <summary>Whether the model is being opened again; the process is not ready meanwhile.</summary>
    public bool IsRebuilding => _rebuilding;

    public BundleDescription Bundle { get; }

    public IEncoder Encoder => this;

    public IRegionReader RegionReader => this;

    public IDecoder Decoder => this;

    public IProposer? Proposer => _model.Proposer is null ? null : this;

    public IMasker? Masker => _model.Masker is null ? null : this;

    public IGenerationFactory Generations { get; }

    int IEncoder.MaxBatch => _model.Encoder.MaxBatch;

    int IEncoder.Workers => _model.Encoder.Workers;

    int IRegionReader.MaxBatch => _model.RegionReader.MaxBatch;

    int IRegionReader.Workers => _model.RegionReader.Workers;

    bool IRegionReader.IsOnHost => _model.RegionReader.IsOnHost;

    int IDecoder.Slots => _model.Decoder.Slots;

    int IDecoder.PrefixLength => _model.Decoder.PrefixLength;

    int IDecoder.MaxLength => _model.Decoder.MaxLength;

    long IDecoder.ArenaBytes => _model.Decoder.ArenaBytes;

    VisionTask IProposer.Task => _model.Proposer!.Task;

    PreparedPicture IEncoder.Prepare(ReadOnlyMemory<byte> image) => _model.Encoder.Prepare(image);

    IReadOnlyList<StageValue> IEncoder.Encode(IReadOnlyList<PreparedPicture> batch) => Call(model => model.Encoder.Encode(batch));

    StageValue IEncoder.Import(TensorBlob blob) => Call(model => model.Encoder.Import(blob));

    void IRegionReader.Check(RegionPrompt prompt) => _model.RegionReader.Check(prompt);

    IReadOnlyList<StageValue> IRegionReader.Read(IReadOnlyList<RegionReading> batch) => Call(model => model.RegionReader.Read(batch));

    IReadOnlyList<Proposal> IProposer.Propose(StageValue features, ImageSize size) => Call(model => model.Proposer!.Propose(features, size));

    MaskGrid IMasker.Draw(MaskRequest request) => Call(model => model.Masker!.Draw(request));

    public void Dispose()
    {
        _model.Dispose();
        _lock.Dispose();
    }

    private T Call<T>(Func<ILocalizedModel, T> call)
    {
        var model = Enter();
        try
        {
            return call(model);
        }
        catch (Exception fault) when (_isDeviceFault(fault))
        {
            _lock.ExitReadLock();
            throw Rebuild(model, fault);
        }
        finally
        {
            Exit();
        }
    }

    private ILocalizedModel Enter()
    {
        _lock.EnterReadLock();
        return _model;
    }

    private LocalizerException Rebuild(ILocalizedModel failed, Exception fault)
    {
        _lock.EnterWriteLock();
        try
        {
            // Another stage may have met the same fault and rebuilt already.
            if (ReferenceEquals(_model, failed))
            {
                _rebuilding = true;
                LogFault(fault);
                failed.Dispose();
                _model = _open();
                Rebuilt?.Invoke();
                LogRebuilt();
                _rebuilding = false;
            }
        }
        finally
        {
            _lock.ExitWriteLock();
        }

        return new LocalizerException(
            new Problem
            {
                Kind = ProblemKind.Unavailable,
                Detail = "The device failed and was started again; ask again.",
                RetryAfter = TimeSpan.FromSeconds(1),
            },
            fault);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The device failed; its sessions are built again")]
    private partial void LogFault(Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sessions are built again; what was kept on the device is computed anew")]
    private partial void LogRebuilt();
}
