using System.Runtime.InteropServices;
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
        if (model.Encoder.MaxBatch > 1)
        {
            Dispose(model.Encoder.Encode([.. Enumerable.Repeat(picture, model.Encoder.MaxBatch)]));
        }

        var reading = new RegionReading(features, new ModelPrompt(new RegionPrompt([], size, "whole")));
        using var prefix = model.RegionReader.Read([reading])[0];
        if (model.RegionReader.MaxBatch > 1)
        {
            Dispose(model.RegionReader.Read([.. Enumerable.Repeat(reading, model.RegionReader.MaxBatch)]));
        }

        model.Proposer?.Propose(features, size);
        model.Masker?.Draw(new MaskRequest(features, new Box(0, 0, side, side), size));

        var decoder = model.Decoder;
        var outputs = new TokenOutputs(decoder.Slots, model.Generations.Vocabulary, decoder.Outputs);
        var rows = new List<DecodeRow>(decoder.Slots);
        for (var slot = 0; slot < decoder.Slots; slot++)
        {
            var past = decoder.Load(slot, prefix);
            if (slot == 0)
            {
                decoder.Prefill(slot, [0], past++, outputs);
            }

            rows.Add(new DecodeRow(slot, 0, past));
            decoder.Step(CollectionsMarshal.AsSpan(rows), outputs);
        }

        for (var slot = 0; slot < decoder.Slots; slot++)
        {
            decoder.Free(slot);
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
