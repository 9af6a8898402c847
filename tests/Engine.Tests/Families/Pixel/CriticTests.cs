using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Models;
using Loupe.Engine.Tests.Files;

namespace Loupe.Engine.Tests.Families.Pixel;

/// <summary>
/// The decoder over a graph made here: logits and boxes repeat the token that is read, and where the graph judges, it finds
/// a token at position p as plausible as 1/(1 + e^–p).
/// </summary>
public sealed class CriticTests : IDisposable
{
    private const int Vocabulary = 9;
    private const int Positions = 12;
    private const int Slots = 3;

    private readonly BundleCopy _copy = new();
    private readonly TokenOutputs _outputs = new(Slots, Vocabulary, [PixelOutputs.Place, PixelOutputs.Plausible]);

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void Every_row_is_judged_at_the_token_it_read_last()
    {
        using var decoder = Open(Judging(), out var graph);
        Assert.True(graph.Gives("plausible"));

        Load(decoder, 2, 0, 1);
        decoder.Prefill(1, [3, 4, 5], 2, _outputs);
        Assert.Equal(Sigmoid(4), Plausible(0), 1e-6f);
        Assert.Equal(5, _outputs.Logits(0)[0]);
        decoder.Step([new(1, 1, 7), new(2, 2, 0), new(0, 3, 3)], _outputs);
        Assert.Equal(Sigmoid(7), Plausible(0), 1e-6f);
        Assert.Equal(Sigmoid(0), Plausible(1), 1e-6f);
        Assert.Equal(Sigmoid(3), Plausible(2), 1e-6f);
        Assert.Equal([2f, 2, 2, 2], _outputs.Named("place", 1).ToArray());
    }

    [Fact]
    public void A_graph_that_does_not_judge_says_nothing_of_it()
    {
        using var decoder = Open(Speaking().Whole(), out var graph);
        Assert.False(graph.Gives("plausible"));
        Assert.Equal([PixelOutputs.Place], decoder.Outputs);
        var outputs = new TokenOutputs(Slots, Vocabulary, decoder.Outputs);
        Load(decoder, 0, 1);

        decoder.Step([new(0, 1, 3), new(1, 2, 4)], outputs);

        Assert.True(outputs.Named("plausible", 1).IsEmpty);
        Assert.Equal(2, outputs.Logits(1)[0]);
    }

    [Fact]
    public void A_step_that_judges_allocates_nothing_either()
    {
        using var decoder = Open(Judging(), out _);
        Load(decoder, 0, 1, 2);
        DecodeRow[] rows = [new(0, 1, 4), new(1, 2, 5), new(2, 3, 6)];
        decoder.Step(rows, _outputs);
        decoder.Step(rows, _outputs);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
        {
            decoder.Step(rows, _outputs);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_verdict_of_another_shape_is_told()
    {
        var graph = Speaking()
            .Node("Identity", ["boxes"], "plausible")
            .Output("plausible", OnnxFile.Float, "batch", "tokens", 4)
            .Whole();

        var message = Assert.Throws<BundleException>(() => Open(graph, out _).Dispose()).Message;
        Assert.Contains("output 'plausible' should be float32 [any, any], found float32 [any, any, 4]", message, StringComparison.Ordinal);
    }

    private float Plausible(int row) => _outputs.Named("plausible", row)[0];

    private static void Load(PixelDecoder decoder, params int[] slots)
    {
        var shape = new TensorShape(TensorType.Float32, 1, 2, 1, 2, 2);
        using var prefix = new DeviceTensor(CpuDevice.Instance.Allocate(shape.Bytes), shape);
        Array.ForEach(slots, slot => decoder.Load(slot, prefix));
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));

    private static byte[] Judging() => Speaking()
        .Node("Cast", ["pos"], "position", ("to", [OnnxFile.Float], IsList: false))
        .Node("Sigmoid", ["position"], "plausible")
        .Output("plausible", OnnxFile.Float, "batch", "tokens")
        .Whole();

    private static OnnxFile Speaking()
    {
        object[] cache = ["batch", 1, Positions, 2];
        return new OnnxFile()
            .Input("ids", OnnxFile.Int64, "batch", "tokens")
            .Input("pos", OnnxFile.Int64, "batch", "tokens")
            .Input("seqlens_k", OnnxFile.Int32, "batch")
            .Input("total", OnnxFile.Int32, 1)
            .Input("past_k.0", OnnxFile.Float, cache)
            .Input("past_v.0", OnnxFile.Float, cache)
            .Constant("last", [1], 2L)
            .Constant("everywhere", [Vocabulary], [.. Enumerable.Repeat(1f, Vocabulary)])
            .Constant("corners", [4], 1f, 1f, 1f, 1f)
            .Node("Cast", ["ids"], "number", ("to", [OnnxFile.Float], IsList: false))
            .Node("Unsqueeze", ["number", "last"], "column")
            .Node("Mul", ["column", "everywhere"], "logits")
            .Node("Mul", ["column", "corners"], "boxes")
            .Node("Identity", ["past_k.0"], "present_k.0")
            .Node("Identity", ["past_v.0"], "present_v.0")
            .Output("logits", OnnxFile.Float, "batch", "tokens", Vocabulary)
            .Output("boxes", OnnxFile.Float, "batch", "tokens", 4)
            .Output("present_k.0", OnnxFile.Float, cache)
            .Output("present_v.0", OnnxFile.Float, cache);
    }

    private PixelDecoder Open(byte[] file, out Graph graph)
    {
        File.WriteAllBytes(_copy.PathOf("decode.onnx"), file);
        _copy.Seal();
        var bundle = Bundle.Load(_copy.Folder);
        var manifest = bundle.ReadManifest(PixelJson.Default.PixelManifest) with
        {
            Decoder = new DecoderLayout(Positions, Vocabulary, Width: 4),
            Prefix = new PrefixLayout(Length: 2, Layers: 1, KvHeads: 1, HeadWidth: 2, "float32"),
        };
        graph = Graph.Open(
            bundle, PixelGraphs.Decode, PixelGraphs.DecodeSignature(manifest), CpuDevice.Instance, threads: 1, allowSpinning: false);
        return new PixelDecoder(manifest, graph, Slots);
    }
}
