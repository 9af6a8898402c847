using Loupe.Engine.Models;

namespace Loupe.Engine.Generations;

/// <summary>
/// A model whose first device fault is its last call: every later one, of whatever stage, is refused before it reaches the
/// device, and one that was on the device meanwhile gives nothing, as its memory may have gone under it.
/// </summary>
/// <param name="model">Owned from now on.</param>
/// <param name="isFault">Tells a fault of the device from a defect of one call.</param>
/// <param name="failed">Told of the first fault, once.</param>
internal sealed class GuardedModel(ILocalizedModel model, Func<Exception, bool> isFault, Action<Exception> failed)
    : ILocalizedModel, IEncoder, IRegionReader, IDecoder, IProposer, IMasker
{
    private int _failed;

    public bool HasFailed => Volatile.Read(ref _failed) != 0;

    public IGrammar Grammar => model.Grammar;

    public IGenerationFactory Generations => model.Generations;

    public IEncoder Encoder => this;

    public IRegionReader RegionReader => this;

    public IDecoder Decoder => this;

    public IProposer? Proposer => model.Proposer is null ? null : this;

    public IMasker? Masker => model.Masker is null ? null : this;

    int IEncoder.MaxBatch => model.Encoder.MaxBatch;

    int IEncoder.Workers => model.Encoder.Workers;

    int IRegionReader.MaxBatch => model.RegionReader.MaxBatch;

    int IRegionReader.Workers => model.RegionReader.Workers;

    bool IRegionReader.IsOnHost => model.RegionReader.IsOnHost;

    int IDecoder.Slots => model.Decoder.Slots;

    int IDecoder.MaxLength => model.Decoder.MaxLength;

    long IDecoder.ArenaBytes => model.Decoder.ArenaBytes;

    IReadOnlyList<NamedOutput> IDecoder.Outputs => model.Decoder.Outputs;

    PreparedPicture IEncoder.Prepare(ReadOnlyMemory<byte> image) => Call(() => model.Encoder.Prepare(image));

    IReadOnlyList<StageValue> IEncoder.Encode(IReadOnlyList<PreparedPicture> batch) => Values(() => model.Encoder.Encode(batch));

    StageValue IEncoder.Import(TensorBlob blob) => Values(() => [model.Encoder.Import(blob)])[0];

    IReadOnlyList<StageValue> IRegionReader.Read(IReadOnlyList<RegionReading> batch) => Values(() => model.RegionReader.Read(batch));

    IReadOnlyList<Proposal> IProposer.Propose(StageValue features, ImageSize size) => Call(() => model.Proposer!.Propose(features, size));

    MaskGrid IMasker.Draw(MaskRequest request) => Call(() => model.Masker!.Draw(request));

    // The decoder's calls come hundreds of times a second: without a closure each.
    int IDecoder.Load(int slot, StageValue prefix)
    {
        ThrowIfFailed();
        int filled;
        try
        {
            filled = model.Decoder.Load(slot, prefix);
        }
        catch (Exception error) when (isFault(error))
        {
            throw Fail(error);
        }

        ThrowIfFailed();
        return filled;
    }

    void IDecoder.Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs)
    {
        ThrowIfFailed();
        try
        {
            model.Decoder.Prefill(slot, tokens, past, outputs);
        }
        catch (Exception error) when (isFault(error))
        {
            throw Fail(error);
        }

        ThrowIfFailed();
    }

    void IDecoder.Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs)
    {
        ThrowIfFailed();
        try
        {
            model.Decoder.Step(rows, outputs);
        }
        catch (Exception error) when (isFault(error))
        {
            throw Fail(error);
        }

        ThrowIfFailed();
    }

    void IDecoder.Copy(int from, int to, int length)
    {
        ThrowIfFailed();
        try
        {
            model.Decoder.Copy(from, to, length);
        }
        catch (Exception error) when (isFault(error))
        {
            throw Fail(error);
        }

        ThrowIfFailed();
    }

    void IDecoder.Free(int slot)
    {
        // The slots of a failed model go with it.
        if (!HasFailed)
        {
            model.Decoder.Free(slot);
        }
    }

    public void Dispose()
    {
        // Who comes late is refused as after a fault.
        Volatile.Write(ref _failed, 1);
        model.Dispose();
    }

    private IReadOnlyList<StageValue> Values(Func<IReadOnlyList<StageValue>> make)
    {
        ThrowIfFailed();
        IReadOnlyList<StageValue> values;
        try
        {
            values = make();
        }
        catch (Exception error) when (isFault(error))
        {
            throw Fail(error);
        }

        if (HasFailed)
        {
            foreach (var value in values)
            {
                value.Dispose();
            }

            throw Failed(null);
        }

        return values;
    }

    private T Call<T>(Func<T> call)
    {
        ThrowIfFailed();
        T result;
        try
        {
            result = call();
        }
        catch (Exception error) when (isFault(error))
        {
            throw Fail(error);
        }

        ThrowIfFailed();
        return result;
    }

    private void ThrowIfFailed()
    {
        if (HasFailed)
        {
            throw Failed(null);
        }
    }

    private LocalizerException Fail(Exception fault)
    {
        if (Interlocked.Exchange(ref _failed, 1) == 0)
        {
            failed(fault);
        }

        return Failed(fault);
    }

    private static LocalizerException Failed(Exception? fault) => new(
        new Problem
        {
            Kind = ProblemKind.Unavailable,
            Detail = "The device failed and is being started again; ask again.",
            RetryAfter = TimeSpan.FromSeconds(1),
        },
        fault);
}
