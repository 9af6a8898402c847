using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary><c>features</c> [B, N, D] → <c>boxes</c> [B, Q, 4] and <c>scores</c> [B, Q] of the things that encode found.</summary>
internal sealed class PixelDetectGraph(SafeTensors weights, PixelSizes sizes, TensorElementType type)
{
    public byte[] Write()
    {
        var graph = new GraphWriter(weights);
        var packed = new PackedFeatures(graph, sizes, type);
        var found = packed.Found(packed.Input());
        graph.Output(found[0], PixelGraphs.Boxes, TensorElementType.Float, "B", sizes.Queue, 4);
        graph.Output(graph.Op("Squeeze", [found[1], graph.Numbers(-1)]), "scores", TensorElementType.Float, "B", sizes.Queue);
        return graph.ToBytes("detect");
    }
}
