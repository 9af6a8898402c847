using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>
/// Features [B, N, D]: a row for each cell, and behind them, packed into rows of the same width, what the image alone decides: boxes
/// and scores of the things that the detector found, and the prefix's tokens for the first of them.
/// </summary>
internal sealed class PackedFeatures(GraphWriter graph, PixelSizes sizes, TensorElementType type)
{
    private const int Numbers = 5;

    /// <summary>The graph's input.</summary>
    public string Input() => graph.Input("features", type, "B", sizes.Rows, sizes.Width);

    /// <summary>Packs what encode found, and gives it out.</summary>
    /// <param name="cells">[B, cells, D], as they are kept.</param>
    /// <param name="found">[B, Q, 5], as they are kept.</param>
    /// <param name="tokens">[B, proposals, lm].</param>
    public void Output(string cells, string found, string tokens) => graph.Output(
        graph.Concat(
            1, cells, Rows(found, sizes.Queue * Numbers, sizes.FoundRows), Rows(Kept(tokens), sizes.Proposals * sizes.Lm, sizes.TokenRows)),
        "features", type, "B", sizes.Rows, sizes.Width);

    /// <summary>What is kept of a value.</summary>
    public string Kept(string value) => type == TensorElementType.Float ? value : graph.Op("Cast", [value], ("to", (int)type));

    /// <summary>What was kept, to be computed with.</summary>
    public string Read(string kept) => graph.ToCompute(kept, type);

    /// <summary>[B, cells, D].</summary>
    public string Cells(string features) => Read(graph.Slice(features, 1, 0, sizes.Cells));

    /// <summary>Boxes [B, Q, 4] and scores [B, Q, 1] of what was found.</summary>
    public string[] Found(string features) =>
        graph.Split(Read(Part(features, sizes.Cells, sizes.FoundRows, sizes.Queue, Numbers)), 2, 4, 1);

    /// <summary>[B, proposals, lm].</summary>
    public string Tokens(string features) =>
        Read(Part(features, sizes.Cells + sizes.FoundRows, sizes.TokenRows, sizes.Proposals, sizes.Lm));

    private string Part(string features, int from, int rows, int count, int numbers)
    {
        var part = graph.Reshape(graph.Slice(features, 1, from, from + rows), -1, rows * sizes.Width);
        return graph.Reshape(rows * sizes.Width == count * numbers ? part : graph.Slice(part, 1, 0, count * numbers), -1, count, numbers);
    }

    private string Rows(string value, int numbers, int rows)
    {
        var flat = graph.Reshape(value, -1, numbers);
        var missing = (rows * sizes.Width) - numbers;
        return graph.Reshape(missing == 0 ? flat : graph.Op("Pad", [flat, graph.Numbers(0, 0, 0, missing)]), -1, rows, sizes.Width);
    }
}
