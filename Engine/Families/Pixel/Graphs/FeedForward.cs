using Loupe.Engine.Families.Onnx;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>What a layer does with what it attended to.</summary>
internal static class FeedForward
{
    /// <summary>Projects it, adds it, widens, narrows and adds again; everything normalized before it is used.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">Name of its weights.</param>
    /// <param name="attended">[B, T, width].</param>
    /// <param name="sum">What the layer was given, not normalized.</param>
    /// <param name="next">Name of the normalization that comes after it.</param>
    /// <param name="output">The matrix that projects; null for the layer's as it is.</param>
    /// <returns>Normalized for what comes next, and not.</returns>
    public static (string Normed, string Sum) Write(
        GraphWriter graph, string layer, string attended, string sum, string next, string? output = null)
    {
        var projected = graph.Op("MatMul", [attended, output ?? graph.Turned($"{layer}.out.weight")]);
        var (normed, between) = graph.SkipNorm(projected, sum, $"{layer}.norm2.weight", $"{layer}.norm2.bias", $"{layer}.out.bias");
        var wide = graph.LinearGelu(normed, $"{layer}.up.weight", $"{layer}.up.bias");
        var narrow = graph.Op("MatMul", [wide, graph.Turned($"{layer}.down.weight")]);
        return graph.SkipNorm(narrow, between, $"{next}.weight", $"{next}.bias", $"{layer}.down.bias");
    }
}
