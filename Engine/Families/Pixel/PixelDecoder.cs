using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Families.Devices;

namespace Loupe.Engine.Families.Pixel;

/// <summary>The decode stage: a prefix fills the first positions of a sequence, and every token has a place.</summary>
/// <param name="manifest">Sizes.</param>
/// <param name="graph">Taken over.</param>
/// <param name="slots">Sequences at once.</param>
internal sealed class PixelDecoder(PixelManifest manifest, Graph graph, int slots) : ArenaDecoder(
    graph,
    new ArenaSizes(
        slots, manifest.Prefix.Layers, manifest.Prefix.KvHeads, manifest.Prefix.HeadWidth, manifest.Decoder.MaxTokens,
        manifest.Decoder.Vocabulary),
    graph.Gives(PixelGraphs.Plausible) ? [Place, Plausible] : [Place])
{
    private readonly int _prefix = manifest.Prefix.Length;

    private static FurtherOutput Place { get; } = new(PixelGraphs.Boxes, [PixelOutputs.Place.Width], PixelOutputs.Place);

    private static FurtherOutput Plausible { get; } = new(PixelGraphs.Plausible, [], PixelOutputs.Plausible);

    protected override int Filled(DeviceTensor prefix) => _prefix;
}
