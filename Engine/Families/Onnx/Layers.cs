namespace Loupe.Engine.Families.Onnx;

/// <summary>The layers that families' graphs are put together from. A tensor of weights is named without its last part.</summary>
internal static class Layers
{
    private const float Epsilon = 1e-5f;

    /// <summary>x·Wᵀ + b over the last axis.</summary>
    public static string Linear(this GraphWriter graph, string x, string weight, string? bias)
    {
        var product = graph.Op("MatMul", [x, graph.Turned(weight)]);
        return bias is null ? product : graph.Op("Add", [product, graph.Weight(bias)]);
    }

    /// <summary>Normalized over the last axis.</summary>
    public static string LayerNorm(this GraphWriter graph, string x, string weight, string bias) =>
        graph.Op("LayerNormalization", [x, graph.Weight(weight), graph.Weight(bias)], ("axis", -1), ("epsilon", Epsilon));

    /// <summary>x + bias + skip, and that normalized over the last axis.</summary>
    /// <remarks>
    /// In three operations: ONNX Runtime's fused one takes six times as long for each number on a processor as these together
    /// (docs/performance.md), which is why <see cref="Devices.CpuDevice"/> does not let them be fused again.
    /// </remarks>
    public static (string Normed, string Sum) SkipNorm(
        this GraphWriter graph, string x, string skip, string weight, string normBias, string bias)
    {
        var sum = graph.Op("Add", [graph.Op("Add", [x, graph.Weight(bias)]), skip]);
        return (graph.LayerNorm(sum, weight, normBias), sum);
    }

    /// <summary>gelu(x·Wᵀ + b): the error function's, in one fused operation.</summary>
    public static string LinearGelu(this GraphWriter graph, string x, string weight, string bias) =>
        graph.FusedOp("BiasGelu", [graph.Op("MatMul", [x, graph.Turned(weight)]), graph.Weight(bias)]);

    public static string Reshape(this GraphWriter graph, string x, params long[] shape) => graph.Op("Reshape", [x, graph.Numbers(shape)]);

    public static string Transpose(this GraphWriter graph, string x, params int[] order) => graph.Op("Transpose", [x], ("perm", order));

    /// <summary>A convolution whose normalization is in its weights; every border is padded so that a stride of 1 keeps the size.</summary>
    public static string Conv(this GraphWriter graph, string x, string name, int kernel = 3, int stride = 1) => graph.Op(
        "Conv", [x, graph.Weight($"{name}.weight"), graph.Weight($"{name}.bias")],
        ("kernel_shape", (int[])[kernel, kernel]), ("strides", (int[])[stride, stride]),
        ("pads", (int[])[kernel / 2, kernel / 2, kernel / 2, kernel / 2]));

    /// <summary>Part of one axis.</summary>
    public static string Slice(this GraphWriter graph, string x, long axis, long from, long to) =>
        graph.Op("Slice", [x, graph.Numbers(from), graph.Numbers(to), graph.Numbers(axis)]);

    public static string Concat(this GraphWriter graph, int axis, params string[] parts) => graph.Op("Concat", parts, ("axis", axis));
}
