using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Florence.Graphs;

/// <summary>
/// The encode graph: DaViT, whose blocks attend within windows, then between channels, and the projection to what the text model
/// reads. Between layers a picture is [B, height, width, channels]. Source: Ding et al., "DaViT", ECCV 2022; Xiao et al.,
/// "Florence-2", CVPR 2024, and transformers' <c>models/florence2</c>.
/// </summary>
internal sealed class DavitGraph(
    FlorenceWeights names, FlorenceConfig config, int size, TensorElementType features, TensorElementType compute)
{
    private readonly GraphWriter _graph = new(names.File, compute);
    private readonly VisionConfig _vision = config.VisionConfig;

    /// <summary>Rows of a picture's features: one for the whole, one for each cell.</summary>
    public static int Tokens(VisionConfig vision, int size)
    {
        var side = Enumerable.Range(0, vision.Widths.Length).Aggregate(size, (before, stage) => SideAfter(vision, stage, before));
        return 1 + (side * side);
    }

    /// <summary>The graph: <c>pixels</c> float32 [B, 3, S, S] → <c>features</c> [B, N, D].</summary>
    public byte[] Write()
    {
        var pixels = _graph.Input(FlorenceGraphs.Pixels, TensorElementType.Float, "B", 3, size, size);
        var x = _graph.ToCompute(pixels, TensorElementType.Float);
        var side = size;
        for (var stage = 0; stage < _vision.Widths.Length; stage++)
        {
            x = Embed(x, stage);
            side = SideAfter(_vision, stage, side);
            for (var block = 0; block < _vision.Depths[stage]; block++)
            {
                var prefix = $"vision_tower.blocks.{stage}.{block}";
                x = Block($"{prefix}.spatial_block", x, stage, (normed, at) => WindowAttention(at, normed, stage, side));
                x = Block($"{prefix}.channel_block", x, stage, (normed, at) => ChannelAttention(at, normed, stage, side));
            }
        }

        var projected = _graph.Op("Cast", [Project(x, side)], ("to", (int)features));
        _graph.Output(projected, FlorenceGraphs.Features, features, "B", 1 + (side * side), config.TextConfig.DModel);
        return _graph.ToBytes("encode");
    }

    private static int SideAfter(VisionConfig vision, int stage, int side) =>
        ((side + (2 * vision.PatchPadding[stage]) - vision.PatchSize[stage]) / vision.PatchStride[stage]) + 1;

    private string Embed(string x, int stage)
    {
        var prefix = $"vision_tower.convs.{stage}";
        var isFirst = stage == 0;
        if (_vision.PatchPrenorm[stage])
        {
            x = Norm($"{prefix}.norm", isFirst ? ChannelsLast(x) : x);
            isFirst = false;
        }

        var (patch, stride, pad) = (_vision.PatchSize[stage], _vision.PatchStride[stage], _vision.PatchPadding[stage]);
        x = ChannelsLast(_graph.Op(
            "Conv",
            [isFirst ? x : ChannelsFirst(x), _graph.Weight(names[$"{prefix}.conv.weight"]), _graph.Weight(names[$"{prefix}.conv.bias"])],
            ("kernel_shape", (int[])[patch, patch]), ("strides", (int[])[stride, stride]), ("pads", (int[])[pad, pad, pad, pad])));
        return _vision.PatchPrenorm[stage] ? x : Norm($"{prefix}.norm", x);
    }

    // A convolution by itself says where things are; then attention, and again with the feed-forward layers.
    private string Block(string prefix, string x, int stage, Func<string, string, string> attend)
    {
        x = Around($"{prefix}.conv1", x, stage);
        x = _graph.Op("Add", [x, attend(Norm($"{prefix}.norm1", x), prefix)]);
        x = Around($"{prefix}.conv2", x, stage);
        var wide = _graph.LinearGelu(Norm($"{prefix}.norm2", x), names[$"{prefix}.ffn.fc1.weight"], names[$"{prefix}.ffn.fc1.bias"]);
        return _graph.Op("Add", [x, Linear($"{prefix}.ffn.fc2", wide)]);
    }

    private string Around(string prefix, string x, int stage)
    {
        var seen = _graph.Op(
            "Conv",
            [ChannelsFirst(x), _graph.Weight(names[$"{prefix}.weight"]), _graph.Weight(names[$"{prefix}.bias"])],
            ("kernel_shape", (int[])[3, 3]), ("pads", (int[])[1, 1, 1, 1]), ("group", _vision.Widths[stage]));
        return _graph.Op("Add", [ChannelsLast(seen), x]);
    }

    private string WindowAttention(string prefix, string x, int stage, int side)
    {
        var (window, width) = (_vision.WindowSize, _vision.Widths[stage]);
        var padded = (side + window - 1) / window * window;
        var windows = padded / window;
        if (padded > side)
        {
            x = _graph.Op("Pad", [x, _graph.Numbers(0, 0, 0, 0, 0, padded - side, padded - side, 0)]);
        }

        x = _graph.Transpose(_graph.Reshape(x, -1, windows, window, windows, window, width), 0, 1, 3, 2, 4, 5);
        x = _graph.Reshape(x, -1, window * window, width);
        var attended = _graph.FusedOp(
            "Attention",
            [x, _graph.Turned(names[$"{prefix}.window_attn.qkv.weight"]), _graph.Weight(names[$"{prefix}.window_attn.qkv.bias"])],
            ("num_heads", _vision.NumHeads[stage]));
        x = Linear($"{prefix}.window_attn.proj", attended);
        x = _graph.Transpose(_graph.Reshape(x, -1, windows, windows, window, window, width), 0, 1, 3, 2, 4, 5);
        x = _graph.Reshape(x, -1, padded, padded, width);
        return padded > side ? _graph.Slice(_graph.Slice(x, 1, 0, side), 2, 0, side) : x;
    }

    // What attends are the channels of a group, and what they compare is the whole picture.
    private string ChannelAttention(string prefix, string x, int stage, int side)
    {
        var (groups, width) = (_vision.NumGroups[stage], _vision.Widths[stage]);
        var all = _graph.Reshape(Linear($"{prefix}.channel_attn.qkv", x), -1, side * side, 3 * groups, width / groups);
        var queries = _graph.Transpose(_graph.Slice(all, 2, 0, groups), 0, 2, 3, 1);
        var keys = _graph.Transpose(_graph.Slice(all, 2, groups, 2 * groups), 0, 2, 1, 3);
        var values = _graph.Transpose(_graph.Slice(all, 2, 2 * groups, 3 * groups), 0, 2, 1, 3);
        var alike = _graph.Op("Mul", [_graph.Op("MatMul", [queries, keys]), _graph.Number(1 / float.Sqrt(side * side))]);
        var shares = _graph.Transpose(_graph.Op("Softmax", [alike], ("axis", -1)), 0, 1, 3, 2);
        var attended = _graph.Transpose(_graph.Op("MatMul", [values, shares]), 0, 2, 1, 3);
        return Linear($"{prefix}.channel_attn.proj", _graph.Reshape(attended, -1, side, side, width));
    }

    private string Project(string x, int side)
    {
        const string Prefix = "multi_modal_projector";
        var width = _vision.Widths[^1];
        var across = Position("column_embeddings", 0);
        var down = Position("row_embeddings", 1);
        x = _graph.Op("Add", [x, _graph.Concat(2, across, down)]);
        var moment = _graph.Slice(_graph.Weight(names[$"{Prefix}.visual_temporal_embed.pos_idx_to_embed"]), 0, 0, 1);
        x = _graph.Op("Add", [_graph.Reshape(x, -1, side * side, width), moment]);
        var whole = _graph.Op("ReduceMean", [x, _graph.Numbers(1)], ("keepdims", 1));
        x = _graph.Concat(1, whole, x);
        var matrix = names[$"{Prefix}.image_projection.weight"];
        x = _graph.Op("MatMul", [x, names.ProjectionIsTurned ? _graph.Weight(matrix) : _graph.Turned(matrix)]);
        return Norm($"{Prefix}.image_proj_norm", x);

        string Position(string table, int axis)
        {
            var places = _graph.Slice(_graph.Weight(names[$"{Prefix}.image_position_embed.{table}.weight"]), 0, 0, side);
            var half = axis == 0 ? width - (width / 2) : width / 2;
            return _graph.Op(
                "Expand", [_graph.Reshape(places, axis == 0 ? [1, side, half] : [side, 1, half]), _graph.Numbers(side, side, half)]);
        }
    }

    private string Linear(string prefix, string x) => _graph.Linear(x, names[$"{prefix}.weight"], names[$"{prefix}.bias"]);

    private string Norm(string prefix, string x) => _graph.LayerNorm(x, names[$"{prefix}.weight"], names[$"{prefix}.bias"]);

    private string ChannelsFirst(string x) => _graph.Transpose(x, 0, 3, 1, 2);

    private string ChannelsLast(string x) => _graph.Transpose(x, 0, 2, 3, 1);
}
