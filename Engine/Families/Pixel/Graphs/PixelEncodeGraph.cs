using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Graphs;

/// <summary>
/// <c>pixels</c> float32 [B, 3, S, S] → <c>features</c> [B, N, D]: convolutions down to the cells, layers that attend over cells twice
/// as coarse, both put together; then what the image alone decides (<see cref="PackedFeatures"/>).
/// </summary>
/// <param name="weights">Of the model.</param>
/// <param name="sizes">Of the model.</param>
/// <param name="type">Of features.</param>
/// <param name="ranges">Between what the values of the convolutions lie (<see cref="ConvTower"/>), which are then of eight bits; null for
/// float32.</param>
internal sealed class PixelEncodeGraph(SafeTensors weights, PixelSizes sizes, TensorElementType type, SafeTensors? ranges)
{
    private const float Reach = 0.2f;

    private readonly GraphWriter _graph = new(weights);

    /// <summary>The graph.</summary>
    /// <param name="named">In float32, the values whose ranges are wanted, which the graph then gives too.</param>
    public byte[] Write(ICollection<string>? named = null)
    {
        var packed = new PackedFeatures(_graph, sizes, type);
        var tower = new ConvTower(_graph, ranges);
        var seen = Stem(tower, _graph.Input("pixels", TensorElementType.Float, "B", 3, sizes.Size, sizes.Size));
        var fine = tower.Leave(seen);
        var up = _graph.Op(
            "Resize", [Coarse(tower.Leave(tower.Conv(seen, "encoder.coarse", stride: 2))), "", _graph.Values("twice", [4], [1, 1, 2, 2])],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        fine = tower.Leave(tower.Residual(tower.Enter(_graph.Op("Add", [fine, up]), "encoder.both"), "encoder.fuse"));
        var rows = _graph.Transpose(_graph.Reshape(fine, 0, sizes.Width, sizes.Cells), 0, 2, 1);
        var kept = packed.Kept(_graph.LayerNorm(rows, "encoder.last.weight", "encoder.last.bias"));

        // What follows sees what is kept, not what was rounded away.
        var cells = packed.Read(kept);
        var found = packed.Kept(Found(cells));
        var first = _graph.Split(packed.Read(_graph.Slice(found, 1, 0, sizes.Proposals)), 2, 4, 1);
        packed.Output(kept, found, new PromptTokens(_graph, sizes).OfProposals(cells, first[0], first[1]));
        foreach (var value in named is null ? [] : tower.Named)
        {
            _graph.OutputOf(value, TensorElementType.Float, "B", "channels", "height", "width");
            named!.Add(value);
        }

        return _graph.ToBytes("encode");
    }

    // Pixels are of three channels, too few to gain by eight bits.
    private ConvTower.Value Stem(ConvTower tower, string pixels)
    {
        var first = _graph.Op("Relu", [_graph.Conv(pixels, "encoder.stem.0", stride: 2)]);
        var x = tower.Conv(tower.Enter(first, "encoder.stem.0"), "encoder.stem.1", stride: 2);
        x = tower.Conv(tower.Residual(x, "encoder.stem.2"), "encoder.stem.3", stride: 2);
        return tower.Residual(tower.Residual(x, "encoder.stem.4"), "encoder.stem.5");
    }

    // [B, trunk, grid / 2, grid / 2] → [B, D, grid / 2, grid / 2].
    private string Coarse(string seen)
    {
        var half = sizes.Grid / 2;
        var coarse = _graph.Transpose(_graph.Reshape(seen, 0, sizes.Trunk, half * half), 0, 2, 1);
        var sum = _graph.Op("Add", [coarse, _graph.Weight("encoder.place")]);
        var normed = _graph.LayerNorm(sum, "encoder.layers.0.norm1.weight", "encoder.layers.0.norm1.bias");
        for (var n = 0; n < sizes.TrunkLayers; n++)
        {
            var layer = $"encoder.layers.{n}";
            var attended = _graph.FusedOp(
                "Attention", [normed, _graph.Turned($"{layer}.qkv.weight"), _graph.Weight($"{layer}.qkv.bias")],
                ("num_heads", sizes.TrunkHeads));
            var next = n + 1 < sizes.TrunkLayers ? $"encoder.layers.{n + 1}.norm1" : "encoder.norm";
            (normed, sum) = FeedForward.Write(_graph, layer, attended, sum, next);
        }

        var lifted = _graph.Linear(normed, "encoder.lift.weight", "encoder.lift.bias");
        return _graph.Reshape(_graph.Transpose(lifted, 0, 2, 1), 0, sizes.Width, half, half);
    }

    // The best cells that are the best of their neighbourhood: boxes and scores [B, Q, 5].
    private string Found(string cells)
    {
        var grid = sizes.Grid;
        var map = _graph.Reshape(_graph.Transpose(cells, 0, 2, 1), 0, sizes.Width, grid, grid);
        map = _graph.Conv(_graph.Op("Relu", [_graph.Conv(map, "detector.body")]), "detector.head", kernel: 1);
        var seen = _graph.Split(_graph.Transpose(_graph.Reshape(map, 0, 5, sizes.Cells), 0, 2, 1), 2, 1, 4);
        var score = _graph.Reshape(_graph.Op("Sigmoid", [seen[0]]), -1, 1, grid, grid);
        var best = _graph.Op(
            "MaxPool", [score], ("kernel_shape", (int[])[3, 3]), ("pads", (int[])[1, 1, 1, 1]), ("strides", (int[])[1, 1]));
        var isBest = _graph.Op("Cast", [_graph.Op("GreaterOrEqual", [score, best])], ("to", (int)TensorElementType.Float));
        var (top, where) = (_graph.NewName("Scores"), _graph.NewName("Where"));
        var peaks = _graph.Reshape(_graph.Op("Mul", [score, isBest]), -1, sizes.Cells);
        _graph.Node("", "TopK", [peaks, _graph.Numbers(sizes.Queue)], [top, where], ("axis", 1));
        var sides = _graph.Op("Mul", [_graph.Op("Softplus", [seen[1]]), _graph.Values("outwards", [4], [-Reach, -Reach, Reach, Reach])]);
        var boxes = _graph.Op("Add", [sides, _graph.Values("middles", [1, sizes.Cells, 4], Middles())]);
        boxes = _graph.Op("GatherND", [boxes, _graph.Op("Unsqueeze", [where, _graph.Numbers(-1)])], ("batch_dims", 1));
        boxes = _graph.Op("Clip", [boxes, _graph.Number(0), _graph.Number(1)]);
        return _graph.Concat(2, boxes, _graph.Op("Unsqueeze", [top, _graph.Numbers(-1)]));
    }

    private float[] Middles()
    {
        var middles = new float[sizes.Cells * 4];
        for (var cell = 0; cell < sizes.Cells; cell++)
        {
            for (var side = 0; side < 4; side++)
            {
                middles[(cell * 4) + side] = ((side % 2 == 0 ? cell % sizes.Grid : cell / sizes.Grid) + 0.5f) / sizes.Grid;
            }
        }

        return middles;
    }
}
