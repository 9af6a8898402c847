using Loupe.Engine.Families.Onnx;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>Tokens of the language model's prefix that stand for places of a picture.</summary>
internal sealed class PromptTokens(GraphWriter graph, PixelSizes sizes)
{
    // Cells that a region is seen as at least, so that a point looks at its surroundings.
    private const float Least = 1.5f;

    // How much surer the naming head's guess is made before it is mixed in.
    private const float Sharper = 6;

    private const int ProposalKind = 5;
    private const int Waves = 4;
    private const float Edge = 0.01f;

    private readonly BoxSight _sight = new(graph, sizes);

    /// <summary>Of a prompt's slots: boxes [B, M, 4], kind and owner int64 [B, M] → [B, M, lm].</summary>
    public string OfSlots(string cells, string boxes, string kind, string owner)
    {
        var used = graph.Op("Unsqueeze", [graph.Op("Cast", [graph.Op("Sign", [kind])], ("to", 1)), graph.Numbers(-1)]);
        var token = graph.Op("Add", [graph.Op("Add", [See(cells, boxes), Places(boxes)]), Lookup("region.owner.weight", owner)]);
        return graph.Op("Add", [graph.Op("Mul", [token, used]), Lookup("region.kind.weight", kind)]);
    }

    /// <summary>Of things that the detector found: boxes [B, M, 4], scores [B, M, 1] → [B, M, lm].</summary>
    public string OfProposals(string cells, string boxes, string scores)
    {
        var token = graph.Op("Add", [See(cells, boxes), Places(boxes)]);
        token = graph.Op("Add", [token, graph.Linear(scores, "region.score.weight", "region.score.bias")]);
        return graph.Op("Add", [token, graph.Slice(graph.Weight("region.kind.weight"), 0, ProposalKind, ProposalKind + 1)]);
    }

    // What is seen, with what it seems to be, said outright, mixed in.
    private string See(string cells, string boxes)
    {
        var (bins, width) = (sizes.Bins, sizes.Width);
        var seen = graph.Reshape(_sight.See(cells, boxes, bins, Least), 0, -1, bins * bins * width);

        // The weights were learned with what lies across before what lies down.
        var matrix = graph.Once("look turned", () => graph.Reshape(
            graph.Transpose(graph.Reshape(graph.Weight("region.look.weight"), sizes.Lm, bins, bins, width), 2, 1, 3, 0),
            bins * bins * width, sizes.Lm));
        var looked = graph.Op("Add", [graph.Op("MatMul", [seen, matrix]), graph.Weight("region.look.bias")]);
        var sharper = graph.Number(Sharper);
        var heads = graph.Once("names sharper", () => graph.Op("Mul", [graph.Turned("region.names.1.weight"), sharper]));
        var biases = graph.Once("names' biases sharper", () => graph.Op("Mul", [graph.Weight("region.names.1.bias"), sharper]));
        var normed = graph.LayerNorm(looked, "region.names.0.weight", "region.names.0.bias");
        var named = graph.Op("Softmax", [graph.Op("Add", [graph.Op("MatMul", [normed, heads]), biases])], ("axis", -1));
        return graph.Op("Add", [looked, graph.Op("MatMul", [named, graph.Weight("region.name_code")])]);
    }

    // A box as its corners, its centre and size before the sigmoid, and waves of its corners.
    private string Places(string boxes)
    {
        var columns = 8 + (4 * Waves);
        var turn = new float[4 * columns];
        var shift = new float[columns];
        for (var corner = 0; corner < 4; corner++)
        {
            var (row, axis, isHigh) = (corner * columns, corner % 2, corner >= 2);
            turn[row + corner] = 4;
            shift[corner] = -2;
            turn[row + 4 + axis] = 0.5f;
            turn[row + 6 + axis] = isHigh ? 1 : -1;
            for (var wave = 0; wave < Waves; wave++)
            {
                turn[row + 8 + (corner * Waves) + wave] = 2 * MathF.PI * (1 << wave);
            }
        }

        var all = graph.Op("MatMul", [boxes, graph.Values("places", [4, columns], turn)]);
        var parts = graph.Split(graph.Op("Add", [all, graph.Values("shift of places", [columns], shift)]), 2, 4, 4, 4 * Waves);
        var inside = graph.Op("Clip", [parts[1], graph.Number(Edge), graph.Number(1 - Edge)]);
        var odds = graph.Op("Sub", [graph.Op("Log", [inside]), graph.Op("Log", [graph.Op("Sub", [graph.Number(1), inside])])]);
        var lines = graph.Concat(2, parts[0], odds, graph.Op("Sin", [parts[2]]), graph.Op("Cos", [parts[2]]));
        return graph.Linear(lines, "region.place.line.weight", "region.place.line.bias");
    }

    private string Lookup(string table, string ids) => graph.Op("Gather", [graph.Weight(table), ids]);
}
