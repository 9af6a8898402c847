using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Florence.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// The decode stage: a sequence begins at position 0 and attends to the keys and values of its prompt, which lie beside it in
/// an arena of their own. They are as many as the prompt is long; the graph is told how many.
/// </summary>
internal sealed class FlorenceDecoder : ArenaDecoder
{
    private readonly FlorenceManifest _manifest;
    private readonly KeyValueArena _prompts;
    private readonly DeviceBuffer _lengths;
    private readonly long[] _loaded;
    private long _loads;

    /// <summary>Takes over the graph.</summary>
    public FlorenceDecoder(FlorenceManifest manifest, Graph graph, int slots)
        : base(graph, SizesOf(manifest, slots), [])
    {
        _manifest = manifest;
        var sizes = manifest.Decoder;
        _prompts = new KeyValueArena(sizes.Layers, sizes.Heads, manifest.PrefixRows, sizes.HeadWidth, slots);
        _lengths = CpuDevice.Instance.Allocate((long)slots * sizeof(int));
        _loaded = new long[slots];
    }

    public override long ArenaBytes => base.ArenaBytes + _prompts.Bytes;

    protected override int Filled(DeviceTensor prefix) => 0;

    protected override void Load(int place, DeviceTensor prefix)
    {
        _prompts.Load(place, prefix.Buffer.AsSpan<float>(), clearRest: true);
        _lengths.AsSpan<int>()[place] = prefix.Shape.Dimensions[^2];
        _loaded[place] = ++_loads;
    }

    protected override void Move(int from, int to, int length)
    {
        base.Move(from, to, length);

        // The rows of a search attend to one prompt, which is copied once for each and not at every step.
        if (_loaded[to] != _loaded[from])
        {
            _prompts.Move(from, to, _manifest.PrefixRows);
            _lengths.AsSpan<int>()[to] = _lengths.AsSpan<int>()[from];
            _loaded[to] = _loaded[from];
        }
    }

    protected override void BindMore(OrtIoBinding binding, int first, int rows)
    {
        BindInput(binding, FlorenceGraphs.CrossLength, _lengths.Tensor(TensorElementType.Int32, [rows], (long)first * sizeof(int)));
        for (var layer = 0; layer < _prompts.Layers; layer++)
        {
            BindInput(binding, FlorenceGraphs.CrossKeys(layer), _prompts.Tensor(layer, values: false, first, rows));
            BindInput(binding, FlorenceGraphs.CrossValues(layer), _prompts.Tensor(layer, values: true, first, rows));
        }
    }

    protected override void Dispose(bool disposing)
    {
        _prompts.Dispose();
        _lengths.Dispose();
    }

    private static ArenaSizes SizesOf(FlorenceManifest manifest, int slots) => new(
        slots, manifest.Decoder.Layers, manifest.Decoder.Heads, manifest.Decoder.HeadWidth, manifest.Decoder.MaxTokens,
        manifest.Decoder.Vocabulary, BartGraphs.PositionOffset);
}
