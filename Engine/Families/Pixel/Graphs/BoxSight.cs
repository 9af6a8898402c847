using Loupe.Engine.Families.Onnx;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>Features seen through boxes, each as bins × bins cells: averages under tents, which follow a box as it moves.</summary>
internal sealed class BoxSight(GraphWriter graph, PixelSizes sizes)
{
    private const float Nothing = 1e-6f;

    /// <summary>What is seen: [B, M, bins (down), bins (across), D].</summary>
    /// <param name="cells">[B, cells, D].</param>
    /// <param name="boxes">Corners [B, M, 4], in 0–1.</param>
    /// <param name="bins">Along each side.</param>
    /// <param name="least">Cells that a box is seen as at least; 0 for as it is.</param>
    public string See(string cells, string boxes, int bins, float least)
    {
        var corners = graph.Split(boxes, 2, 2, 2);
        var (low, extent) = (corners[0], graph.Op("Sub", [corners[1], corners[0]]));
        if (least > 0)
        {
            var grown = graph.Op("Relu", [graph.Op("Sub", [graph.Number(least / sizes.Grid), extent])]);
            low = graph.Op("Sub", [low, graph.Op("Mul", [grown, graph.Number(0.5f)])]);
            extent = graph.Op("Add", [extent, grown]);
        }

        var tents = graph.Split(Tents(low, extent, bins), 2, 1, 1);
        var (across, down) = (tents[0], graph.Reshape(tents[1], 0, -1, sizes.Grid));
        var rows = graph.Op("MatMul", [down, graph.Reshape(cells, 0, sizes.Grid, sizes.Grid * sizes.Width)]);
        return graph.Op("MatMul", [across, graph.Reshape(rows, 0, -1, bins, sizes.Grid, sizes.Width)]);
    }

    // Weights [B, M, 2, bins, cells] that average a row of cells over equal bins.
    private string Tents(string low, string extent, int bins)
    {
        var step = graph.Op("Mul", [extent, graph.Number((float)sizes.Grid / bins)]);
        var at = graph.Values($"middles of {bins} bins", [bins], [.. Enumerable.Range(0, bins).Select(bin => bin + 0.5f)]);
        var from = graph.Op("Mul", [Last(low), graph.Number(sizes.Grid)]);
        var centres = graph.Op("Add", [from, graph.Op("Mul", [Last(step), at])]);
        var cells = graph.Values("middles of cells", [sizes.Grid], [.. Enumerable.Range(0, sizes.Grid).Select(cell => cell + 0.5f)]);
        var away = graph.Op("Abs", [graph.Op("Sub", [cells, Last(centres)])]);
        var reach = graph.Op("Max", [step, graph.Number(1)]);
        var share = graph.Op("Div", [away, graph.Op("Unsqueeze", [reach, graph.Numbers(3, 4)])]);
        var weights = graph.Op("Relu", [graph.Op("Sub", [graph.Number(1), share])]);
        var sum = graph.Op("ReduceSum", [weights, graph.Numbers(-1)], ("keepdims", 1));
        return graph.Op("Div", [weights, graph.Op("Add", [sum, graph.Number(Nothing)])]);
    }

    private string Last(string value) => graph.Op("Unsqueeze", [value, graph.Numbers(-1)]);
}
