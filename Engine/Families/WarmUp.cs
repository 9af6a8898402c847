using Loupe.Engine.Models;
using Loupe.Imaging;

namespace Loupe.Engine.Families;

/// <summary>
/// Runs every stage with one element and with a full batch, because the first run of a shape plans and allocates what
/// later ones reuse.
/// </summary>
internal static class WarmUp
{
    /// <param name="model">Any model.</param>
    /// <param name="side">Pixels of the grey picture that is shown to it.</param>
    public static void Run(ILocalizedModel model, int side)
    {
        var size = new ImageSize(side, side);
        var grey = new byte[side * side * 3];
        Array.Fill(grey, (byte)128);
        var file = new Raster(side, side, grey).Encode();
        using var picture = model.Encoder.Prepare(file);
        using var features = model.Encoder.Encode([picture])[0];
        Dispose(model.Encoder.Encode([.. Enumerable.Repeat(picture, model.Encoder.MaxBatch)]));

        var reading = new RegionReading(features, new RegionPrompt([], size, "whole"));
        using var prefix = model.RegionReader.Read([reading])[0];
        Dispose(model.RegionReader.Read([.. Enumerable.Repeat(reading, model.RegionReader.MaxBatch)]));
        model.Proposer?.Propose(features, size);
        model.Masker?.Draw(new MaskRequest(features, new Box(0, 0, side, side), size));

        var decoder = model.Decoder;
        var outputs = new TokenOutputs(decoder.Slots, model.Generations.Vocabulary);
        decoder.Load(0, prefix);
        decoder.Prefill(0, [0, 0], decoder.PrefixLength, outputs);
        for (var rows = 1; rows <= decoder.Slots; rows++)
        {
            var past = new int[rows];
            Array.Fill(past, decoder.PrefixLength);
            decoder.Step(new int[rows], past, outputs);
        }
    }

    private static void Dispose(IReadOnlyList<StageValue> values)
    {
        foreach (var value in values)
        {
            value.Dispose();
        }
    }
}
