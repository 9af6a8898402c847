using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>The parts of one loaded bundle. Disposed after its threads have stopped.</summary>
internal sealed class PixelModel(
    IGrammar grammar,
    PixelEncoder encoder,
    PixelRegionReader regionReader,
    PixelDecoder decoder,
    PixelProposer? proposer,
    PixelMasker? masker,
    PixelGenerationFactory generations) : ILocalizedModel
{
    public IGrammar Grammar => grammar;

    public IEncoder Encoder => encoder;

    public IRegionReader RegionReader => regionReader;

    public IDecoder Decoder => decoder;

    public IProposer? Proposer => proposer;

    public IMasker? Masker => masker;

    public IGenerationFactory Generations => generations;

    public void Dispose()
    {
        encoder.Dispose();
        regionReader.Dispose();
        decoder.Dispose();
        proposer?.Dispose();
        masker?.Dispose();
    }
}
