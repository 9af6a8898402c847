using Loupe.Engine.Features;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Toys;

/// <summary>A real model whose device fails when a test says so; before each call a test may also wait.</summary>
internal sealed class FaultyModel(ILocalizedModel model, Action<StageName> before) : ILocalizedModel, IEncoder, IRegionReader, IDecoder
{
    public IGrammar Grammar => model.Grammar;

    public IGenerationFactory Generations => model.Generations;

    public IEncoder Encoder => this;

    public IRegionReader RegionReader => this;

    public IDecoder Decoder => this;

    public IProposer? Proposer => model.Proposer;

    public IMasker? Masker => model.Masker;

    int IEncoder.MaxBatch => model.Encoder.MaxBatch;

    int IRegionReader.MaxBatch => model.RegionReader.MaxBatch;

    int IDecoder.Slots => model.Decoder.Slots;

    IReadOnlyList<NamedOutput> IDecoder.Outputs => model.Decoder.Outputs;

    int IDecoder.MaxLength => model.Decoder.MaxLength;

    long IDecoder.ArenaBytes => model.Decoder.ArenaBytes;

    PreparedPicture IEncoder.Prepare(ReadOnlyMemory<byte> image) => model.Encoder.Prepare(image);

    IReadOnlyList<StageValue> IEncoder.Encode(IReadOnlyList<PreparedPicture> batch)
    {
        before(StageName.Encode);
        return model.Encoder.Encode(batch);
    }

    StageValue IEncoder.Import(TensorBlob blob) => model.Encoder.Import(blob);

    IReadOnlyList<StageValue> IRegionReader.Read(IReadOnlyList<RegionReading> batch)
    {
        before(StageName.Region);
        return model.RegionReader.Read(batch);
    }

    int IDecoder.Load(int slot, StageValue prefix) => model.Decoder.Load(slot, prefix);

    void IDecoder.Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs) =>
        model.Decoder.Prefill(slot, tokens, past, outputs);

    void IDecoder.Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs)
    {
        before(StageName.Decode);
        model.Decoder.Step(rows, outputs);
    }

    void IDecoder.Copy(int from, int to, int length) => model.Decoder.Copy(from, to, length);

    void IDecoder.Free(int slot) => model.Decoder.Free(slot);

    public void Dispose() => model.Dispose();
}

/// <summary>A fault of a test's device.</summary>
internal sealed class DeviceLost() : Exception("device lost");
