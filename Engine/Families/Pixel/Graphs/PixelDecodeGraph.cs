using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>
/// <c>ids</c>, <c>pos</c> int64 [B, T], <c>seqlens_k</c> int32 [B], <c>total</c> int32 [1] and for each layer its keys and values
/// [B, H, Tmax, dh], written in place → <c>logits</c> [B, T, V], <c>boxes</c> [B, T, 4], <c>plausible</c> [B, T].
/// </summary>
internal sealed class PixelDecodeGraph(SafeTensors weights, PixelSizes sizes)
{
    private const float Louder = 4;

    private readonly GraphWriter _graph = new(weights);

    public byte[] Write()
    {
        var ids = _graph.Input(DecodeGraph.Ids, TensorElementType.Int64, "B", "T");
        var at = _graph.Input(DecodeGraph.Positions, TensorElementType.Int64, "B", "T");
        var lengths = _graph.Input(DecodeGraph.Lengths, TensorElementType.Int32, "B");
        var total = _graph.Input(DecodeGraph.Total, TensorElementType.Int32, 1);
        var words = _graph.Op("Gather", [_graph.Weight("decoder.words.weight"), ids]);
        var places = _graph.Op("Gather", [_graph.Weight("decoder.places.weight"), at]);
        var sum = _graph.Op("Add", [_graph.Op("Mul", [words, _graph.Number(Louder)]), places]);
        var normed = _graph.LayerNorm(sum, "decoder.layers.0.norm1.weight", "decoder.layers.0.norm1.bias");
        for (var n = 0; n < sizes.LmLayers; n++)
        {
            var layer = $"decoder.layers.{n}";
            var attended = Attend(n, _graph.Linear(normed, $"{layer}.qkv.weight", $"{layer}.qkv.bias"), lengths, total);
            var next = n + 1 < sizes.LmLayers ? $"decoder.layers.{n + 1}.norm1" : "decoder.norm";
            (normed, sum) = FeedForward.Write(_graph, layer, attended, sum, next);
        }

        var logits = _graph.Linear(normed, "decoder.words.weight", "decoder.bias");
        _graph.Output(logits, DecodeGraph.Logits, TensorElementType.Float, "B", "T", sizes.Vocabulary);
        _graph.Output(Corners(Head(normed, "decoder.box")), PixelGraphs.Boxes, TensorElementType.Float, "B", "T", 4);
        var plausible = _graph.Op("Sigmoid", [Head(normed, "decoder.critic")]);
        _graph.Output(_graph.Op("Squeeze", [plausible, _graph.Numbers(-1)]), PixelGraphs.Plausible, TensorElementType.Float, "B", "T");
        return _graph.ToBytes("decode");
    }

    // Reads only as far as a row's length says, so that a row's result does not depend on the others.
    private string Attend(int layer, string all, string lengths, string total)
    {
        Dimension[] cache = ["B", sizes.KvHeads, sizes.MaxTokens, sizes.HeadWidth];
        var attended = _graph.Node(
            GraphWriter.Fused, "GroupQueryAttention",
            [
                all, "", "",
                _graph.Input(DecodeGraph.PastKeys(layer), TensorElementType.Float, cache),
                _graph.Input(DecodeGraph.PastValues(layer), TensorElementType.Float, cache),
                lengths, total,
            ],
            [_graph.NewName("Attended"), DecodeGraph.PresentKeys(layer), DecodeGraph.PresentValues(layer)],
            ("num_heads", sizes.Heads), ("kv_num_heads", sizes.KvHeads));
        _graph.OutputOf(DecodeGraph.PresentKeys(layer), TensorElementType.Float, cache);
        _graph.OutputOf(DecodeGraph.PresentValues(layer), TensorElementType.Float, cache);
        return attended;
    }

    private string Head(string normed, string name) =>
        _graph.Linear(_graph.LinearGelu(normed, $"{name}.0.weight", $"{name}.0.bias"), $"{name}.2.weight", $"{name}.2.bias");

    // Centre and size to corners, as one product.
    private string Corners(string raw)
    {
        var turn = _graph.Values("corners", [4, 4], [1, 0, 1, 0, 0, 1, 0, 1, -0.5f, 0, 0.5f, 0, 0, -0.5f, 0, 0.5f]);
        return _graph.Op("Clip", [_graph.Op("MatMul", [_graph.Op("Sigmoid", [raw]), turn]), _graph.Number(0), _graph.Number(1)]);
    }
}
