using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>
/// <c>features</c> [B, N, D], <c>boxes</c> [B, M, 4], <c>kind</c> and <c>owner</c> int64 [B, M], <c>copies</c> [B, M], <c>rows</c>
/// int64 [P] → <c>prefix</c> [B, L, 2, H, P, dh]: the language model's keys and values after the prompt.
/// </summary>
/// <remarks>
/// Slots that nobody uses are alike, and no token of a prefix has a position: so they are read once. What attends to them weighs them
/// as often as they stand there (<c>copies</c>), and <c>rows</c> says which row stands where in the prefix.
/// </remarks>
internal sealed class PixelRegionGraph(SafeTensors weights, PixelSizes sizes, TensorElementType type)
{
    private readonly GraphWriter _graph = new(weights);

    public byte[] Write()
    {
        var packed = new PackedFeatures(_graph, sizes, type);
        var features = packed.Input();
        var boxes = _graph.Input(PixelGraphs.Boxes, TensorElementType.Float, "B", "M", 4);
        var kind = _graph.Input(PixelGraphs.Kind, TensorElementType.Int64, "B", "M");
        var owner = _graph.Input(PixelGraphs.Owner, TensorElementType.Int64, "B", "M");
        var copies = _graph.Input(PixelGraphs.Copies, TensorElementType.Float, "B", "M");
        var rows = _graph.Input(PixelGraphs.Rows, TensorElementType.Int64, sizes.Prefix);

        var cells = packed.Cells(features);
        var slots = new PromptTokens(_graph, sizes).OfSlots(cells, boxes, kind, owner);
        var batch = _graph.Op("Shape", [boxes], ("start", 0), ("end", 1));
        var soft = _graph.Op("Expand", [_graph.Weight("region.soft"), _graph.Concat(0, batch, _graph.Numbers(sizes.Soft, sizes.Lm))]);
        var asked = Look(_graph.Concat(1, slots, soft), cells);
        var tokens = _graph.LayerNorm(_graph.Concat(1, asked, packed.Tokens(features)), "region.norm.weight", "region.norm.bias");
        _graph.Output(
            Keep(tokens, Weights(copies), rows), "prefix", TensorElementType.Float,
            "B", sizes.LmLayers, 2, sizes.KvHeads, sizes.Prefix, sizes.HeadWidth);
        return _graph.ToBytes("region");
    }

    // Tokens [B, M, lm] look at the picture. Keys and values are never made for its cells: a head's query is turned into what it
    // asks of a cell, and what the head saw into what it says, by one matrix each. A key's bias is the same for all cells: no share.
    private string Look(string tokens, string cells)
    {
        var (heads, width, head, lm) = (sizes.Heads, sizes.Width, sizes.HeadWidth, sizes.Lm);
        var shown = _graph.LayerNorm(
            _graph.Op("Add", [cells, _graph.Weight("region.where")]), "region.norm_k.weight", "region.norm_k.bias");
        var both = _graph.Weight("region.kv.weight");
        var keys = _graph.Reshape(_graph.Slice(both, 0, 0, lm), heads, head, width);
        var values = _graph.Reshape(_graph.Slice(both, 0, lm, 2 * lm), heads, head, width);
        var queries = _graph.Transpose(_graph.Reshape(_graph.Weight("region.q.weight"), heads, head, lm), 0, 2, 1);
        var asks = _graph.Reshape(_graph.Transpose(_graph.Op("MatMul", [queries, keys]), 1, 0, 2), lm, heads * width);
        var always = _graph.Reshape(
            _graph.Op("MatMul", [_graph.Reshape(_graph.Weight("region.q.bias"), heads, 1, head), keys]), heads * width);
        var output = _graph.Turned("region.out.weight");
        var says = _graph.Reshape(
            _graph.Op("MatMul", [_graph.Transpose(values, 0, 2, 1), _graph.Reshape(output, heads, head, lm)]), heads * width, lm);
        var said = _graph.Op(
            "Add",
            [
                _graph.Op("MatMul", [_graph.Slice(_graph.Weight("region.kv.bias"), 0, lm, 2 * lm), output]),
                _graph.Weight("region.out.bias"),
            ]);

        var normed = _graph.LayerNorm(tokens, "region.norm_q.weight", "region.norm_q.bias");
        var asked = _graph.Reshape(_graph.Op("Add", [_graph.Op("MatMul", [normed, asks]), always]), 0, -1, width);
        var scores = _graph.FusedOp("FusedMatMul", [asked, shown], ("transB", 1), ("alpha", 1 / float.Sqrt(head)));
        var seen = _graph.Op("MatMul", [_graph.Op("Softmax", [scores], ("axis", -1)), shown]);
        seen = _graph.Op("MatMul", [_graph.Reshape(seen, 0, -1, heads * width), says]);
        var sum = _graph.Op("Add", [tokens, _graph.Op("Add", [seen, said])]);
        var wide = _graph.LinearGelu(
            _graph.LayerNorm(sum, "region.norm_f.weight", "region.norm_f.bias"), "region.up.weight", "region.up.bias");
        return _graph.Op("Add", [sum, _graph.Linear(wide, "region.down.weight", "region.down.bias")]);
    }

    // How often each key counts, as it is added to a score: [B, 1, 1, T].
    private string Weights(string copies)
    {
        var logs = _graph.Op("Pad", [_graph.Op("Log", [copies]), _graph.Numbers(0, 0, 0, sizes.Soft + sizes.Proposals)]);
        return _graph.Op("Unsqueeze", [logs, _graph.Numbers(1, 2)]);
    }

    // The layers of the language model over the tokens [B, T, lm]; of the last one, keys and values are all that is kept.
    private string Keep(string tokens, string shares, string rows)
    {
        var (queries, kept) = (sizes.Heads * sizes.HeadWidth, sizes.KvHeads * sizes.HeadWidth);
        var all = new List<string>();
        var (normed, sum) = (_graph.LayerNorm(tokens, "decoder.layers.0.norm1.weight", "decoder.layers.0.norm1.bias"), tokens);
        string? spread = null;
        for (var n = 0; n + 1 < sizes.LmLayers; n++)
        {
            var layer = $"decoder.layers.{n}";
            var parts = _graph.Split(Project(normed, layer), 2, queries, kept, kept);
            all.AddRange(parts[1..]);

            // Heads that share a key are rows of one head.
            var asked = _graph.Reshape(parts[0], 0, -1, kept);
            spread ??= _graph.Op(
                "Expand",
                [shares, _graph.Concat(0, _graph.Numbers(1, 1), _graph.Op("Shape", [asked], ("start", 1), ("end", 2)), _graph.Numbers(1))]);
            var attended = _graph.FusedOp("MultiHeadAttention", [asked, parts[1], parts[2], "", "", spread], ("num_heads", sizes.KvHeads));
            (normed, sum) = FeedForward.Write(
                _graph, layer, _graph.Reshape(attended, 0, -1, queries), sum, $"decoder.layers.{n + 1}.norm1",
                Grouped(_graph.Turned($"{layer}.out.weight"), 1, sizes.Lm, queries, sizes.Lm));
        }

        var last = $"decoder.layers.{sizes.LmLayers - 1}.qkv";
        var matrix = _graph.Slice(_graph.Turned($"{last}.weight"), 1, queries, queries + (2 * kept));
        var bias = _graph.Slice(_graph.Weight($"{last}.bias"), 0, queries, queries + (2 * kept));
        all.Add(_graph.Op("Add", [_graph.Op("MatMul", [normed, matrix]), bias]));
        var heads = _graph.Reshape(_graph.Concat(2, [.. all]), 0, -1, sizes.LmLayers * 2 * sizes.KvHeads, sizes.HeadWidth);
        var placed = _graph.Transpose(_graph.Op("Gather", [heads, rows], ("axis", 1)), 0, 2, 1, 3);
        return _graph.Reshape(placed, -1, sizes.LmLayers, 2, sizes.KvHeads, sizes.Prefix, sizes.HeadWidth);
    }

    private string Project(string normed, string layer)
    {
        var (queries, all) = (sizes.Heads * sizes.HeadWidth, (sizes.Heads + (2 * sizes.KvHeads)) * sizes.HeadWidth);
        var (matrix, bias) = (_graph.Turned($"{layer}.qkv.weight"), _graph.Weight($"{layer}.qkv.bias"));
        matrix = _graph.Concat(
            1, Grouped(_graph.Slice(matrix, 1, 0, queries), sizes.Lm, 1, sizes.Lm, queries), _graph.Slice(matrix, 1, queries, all));
        bias = _graph.Concat(0, Grouped(_graph.Slice(bias, 0, 0, queries), 1, 1, queries), _graph.Slice(bias, 0, queries, all));
        return _graph.Op("Add", [_graph.Op("MatMul", [normed, matrix]), bias]);
    }

    // Heads of queries [key, of the key, width] as [of the key, key, width], wherever they stand in the weights.
    private string Grouped(string weights, long before, long after, params long[] shape)
    {
        var parted = _graph.Reshape(weights, before, sizes.KvHeads, sizes.Group, sizes.HeadWidth, after);
        return _graph.Reshape(_graph.Transpose(parted, 0, 2, 1, 3, 4), shape);
    }
}
