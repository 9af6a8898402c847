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

    /// <summary>x + bias + skip, normalized over the last axis: one fused operation.</summary>
    public static string SkipNorm(this GraphWriter graph, string x, string skip, string weight, string normBias, string bias) => graph.FusedOp(
        "SkipLayerNormalization", [x, skip, graph.Weight(weight), graph.Weight(normBias), graph.Weight(bias)], ("epsilon", Epsilon));

    /// <summary>gelu(x·Wᵀ + b): the error function's, in one fused operation.</summary>
    public static string LinearGelu(this GraphWriter graph, string x, string weight, string bias) =>
        graph.FusedOp("BiasGelu", [graph.Op("MatMul", [x, graph.Turned(weight)]), graph.Weight(bias)]);

    public static string Reshape(this GraphWriter graph, string x, params long[] shape) => graph.Op("Reshape", [x, graph.Numbers(shape)]);

    public static string Transpose(this GraphWriter graph, string x, params int[] order) => graph.Op("Transpose", [x], ("perm", order));

    /// <summary>Part of one axis.</summary>
    public static string Slice(this GraphWriter graph, string x, long axis, long from, long to) =>
        graph.Op("Slice", [x, graph.Numbers(from), graph.Numbers(to), graph.Numbers(axis)]);

    public static string Concat(this GraphWriter graph, int axis, params string[] parts) => graph.Op("Concat", parts, ("axis", axis));
}
