using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>
/// <c>features</c> [B, N, D], <c>boxes</c> [B, 4] → <c>mask</c> [B, M, M], logits over <c>frame</c> [B, 4]: features seen through the box,
/// grown a little, then convolutions, then twice as fine.
/// </summary>
internal sealed class PixelMaskGraph(SafeTensors weights, PixelSizes sizes, TensorElementType type)
{
    // The frame is the box grown by this share on every side: a box a little off still fits.
    private const float Margin = 0.06f;

    // Cells that a frame is wide at least.
    private const float Least = 1.5f;

    private const float Tiny = 1e-3f;
    private const int Convolutions = 3;

    private readonly GraphWriter _graph = new(weights);

    public byte[] Write()
    {
        var place = weights.Find("mask.place").Shape;
        var (inner, bins) = (place[1], (int)place[^1]);
        var packed = new PackedFeatures(_graph, sizes, type);
        var features = packed.Input();
        var frame = Frame(_graph.Input(PixelGraphs.Boxes, TensorElementType.Float, "B", 4));
        _graph.Output(frame, "frame", TensorElementType.Float, "B", 4);

        var one = _graph.Op("Unsqueeze", [frame, _graph.Numbers(1)]);
        var seen = _graph.Reshape(
            new BoxSight(_graph, sizes).See(packed.Cells(features), one, bins, least: 0), 0, bins * bins, sizes.Width);
        var enter = _graph.Transpose(_graph.Reshape(_graph.Weight("mask.enter.0.weight"), inner, sizes.Width), 1, 0);
        seen = _graph.Op("Relu", [_graph.Op("Add", [_graph.Op("MatMul", [seen, enter]), _graph.Weight("mask.enter.0.bias")])]);
        var x = _graph.Reshape(_graph.Transpose(seen, 0, 2, 1), 0, inner, bins, bins);
        x = _graph.Op("Add", [_graph.Op("Add", [x, _graph.Weight("mask.place")]), Size(frame)]);
        for (var n = 0; n < Convolutions; n++)
        {
            x = _graph.Op("Relu", [_graph.Conv(x, $"mask.body.{n}")]);
        }

        x = _graph.Op(
            "ConvTranspose", [x, _graph.Weight("mask.finer.weight"), _graph.Weight("mask.finer.bias")],
            ("kernel_shape", (int[])[2, 2]), ("strides", (int[])[2, 2]));
        var mask = _graph.Reshape(_graph.Conv(_graph.Op("Relu", [x]), "mask.last"), 0, 2 * bins, 2 * bins);
        _graph.Output(mask, "mask", TensorElementType.Float, "B", 2 * bins, 2 * bins);
        return _graph.ToBytes("mask");
    }

    private string Frame(string boxes)
    {
        var corners = _graph.Split(boxes, 1, 2, 2);
        var middle = _graph.Op("Mul", [_graph.Op("Add", [corners[0], corners[1]]), _graph.Number(0.5f)]);
        var half = _graph.Op("Mul", [_graph.Op("Sub", [corners[1], corners[0]]), _graph.Number((1 + (2 * Margin)) / 2)]);
        half = _graph.Op("Max", [half, _graph.Number(Least / sizes.Grid / 2)]);
        return _graph.Concat(1, _graph.Op("Sub", [middle, half]), _graph.Op("Add", [middle, half]));
    }

    private string Size(string frame)
    {
        var corners = _graph.Split(frame, 1, 2, 2);
        var extent = _graph.Op("Max", [_graph.Op("Sub", [corners[1], corners[0]]), _graph.Number(Tiny)]);
        var size = _graph.Linear(_graph.Op("Log", [extent]), "mask.size.weight", "mask.size.bias");
        return _graph.Op("Unsqueeze", [size, _graph.Numbers(2, 3)]);
    }
}
