using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Florence.Graphs;

/// <summary>
/// The region graph, BART's encoder over a picture's features and a prompt with the keys and values that its decoder attends to;
/// and the decode graph, BART's decoder. Source: Lewis et al., "BART", ACL 2020, and transformers' <c>models/bart</c>.
/// </summary>
internal sealed class BartGraphs(FlorenceWeights names, FlorenceConfig config, FlorenceFeatures features, TensorElementType compute)
{
    /// <summary>Rows of the tables of positions that BART leaves free.</summary>
    public const int PositionOffset = 2;

    private const string Encoder = "language_model.encoder";
    private const string Decoder = "language_model.decoder";
    private const string Embeddings = "language_model.shared.weight";

    private readonly TextConfig _text = config.TextConfig;

    private int HeadWidth => _text.DModel / _text.DecoderAttentionHeads;

    /// <summary><c>features</c> [B, N, D], <c>ids</c> int64 [B, T] → <c>prefix</c> [B, L, 2, H, N + T, dh], keys before values.</summary>
    public byte[] WriteRegion()
    {
        var graph = new GraphWriter(names.File, compute);
        var type = features.Shape.ElementType;
        var seen = graph.ToCompute(graph.Input(FlorenceGraphs.Features, type, "B", features.Tokens, features.Width), type);
        var read = Embed(graph, graph.Input(DecodeGraph.Ids, TensorElementType.Int64, "B", "T"));
        var x = graph.Concat(1, seen, read);
        var length = graph.Op("Add", [graph.Op("Shape", [x], ("start", 1), ("end", 2)), graph.Numbers(PositionOffset)]);
        var table = names[$"{Encoder}.embed_positions.weight"];
        var places = graph.Op("Slice", [graph.Published(table), graph.Numbers(PositionOffset), length, graph.Numbers(0)]);
        x = Norm(graph, $"{Encoder}.layernorm_embedding", graph.Op("Add", [x, graph.ToCompute(places, names.File.Find(table).Type)]));
        for (var layer = 0; layer < _text.EncoderLayers; layer++)
        {
            var prefix = $"{Encoder}.layers.{layer}";
            var (weights, biases) = Together(graph, $"{prefix}.self_attn");
            var attended = graph.FusedOp("Attention", [x, weights, biases], ("num_heads", _text.EncoderAttentionHeads));
            x = Close(graph, $"{prefix}.self_attn.out_proj", $"{prefix}.self_attn_layer_norm", attended, x);
            x = FeedForward(graph, prefix, x);
        }

        graph.Output(x, FlorenceGraphs.Hidden, compute, "B", "S", _text.DModel);
        var parts = new List<string>();
        for (var layer = 0; layer < _text.DecoderLayers; layer++)
        {
            foreach (var part in (string[])["k_proj", "v_proj"])
            {
                var value = Linear(graph, $"{Decoder}.layers.{layer}.encoder_attn.{part}", x);
                value = graph.Transpose(graph.Reshape(value, 0, 0, _text.DecoderAttentionHeads, HeadWidth), 0, 2, 1, 3);
                parts.Add(graph.Op("Unsqueeze", [value, graph.Numbers(1, 2)]));
            }
        }

        var layers = parts.Chunk(2).Select(pair => graph.Concat(2, pair)).ToArray();
        var shape = (Dimension[])["B", _text.DecoderLayers, 2, _text.DecoderAttentionHeads, "S", HeadWidth];
        graph.Output(graph.Concat(1, layers), FlorenceGraphs.Prefix, compute, shape);
        return graph.ToBytes("region");
    }

    /// <summary>
    /// <c>ids</c>, <c>pos</c> int64 [B, T], <c>seqlens_k</c>, <c>cross_length</c> int32 [B], <c>total</c> int32 [1], for each layer
    /// its own keys and values [B, H, Tmax, dh], written in place, and those of the prompt [B, H, Smax, dh] → <c>logits</c> float32 [B, T,
    /// V].
    /// </summary>
    /// <param name="positions">Tokens that a sequence may have.</param>
    /// <param name="prompt">Rows that a prefix may have, features included.</param>
    public byte[] WriteDecode(int positions, int prompt)
    {
        var graph = new GraphWriter(names.File, compute);
        var ids = graph.Input(DecodeGraph.Ids, TensorElementType.Int64, "B", "T");
        var at = graph.Input(DecodeGraph.Positions, TensorElementType.Int64, "B", "T");
        var lengths = graph.Input(DecodeGraph.Lengths, TensorElementType.Int32, "B");
        var total = graph.Input(DecodeGraph.Total, TensorElementType.Int32, 1);
        var attended = graph.Input(FlorenceGraphs.CrossLength, TensorElementType.Int32, "B");
        var table = names[$"{Decoder}.embed_positions.weight"];
        var places = graph.ToCompute(graph.Op("Gather", [graph.Published(table), at]), names.File.Find(table).Type);
        var x = Norm(graph, $"{Decoder}.layernorm_embedding", graph.Op("Add", [Embed(graph, ids), places]));
        var heads = _text.DecoderAttentionHeads;
        for (var layer = 0; layer < _text.DecoderLayers; layer++)
        {
            var prefix = $"{Decoder}.layers.{layer}";
            var (weights, biases) = Together(graph, $"{prefix}.self_attn");
            var all = graph.Op("Add", [graph.Op("MatMul", [x, weights]), biases]);
            var (keys, values) = (DecodeGraph.PastKeys(layer), DecodeGraph.PastValues(layer));
            graph.Input(keys, compute, "B", heads, positions, HeadWidth);
            graph.Input(values, compute, "B", heads, positions, HeadWidth);
            var own = graph.Node(
                GraphWriter.Fused, "GroupQueryAttention", [all, "", "", keys, values, lengths, total],
                [graph.NewName("Attended"), DecodeGraph.PresentKeys(layer), DecodeGraph.PresentValues(layer)],
                ("num_heads", heads), ("kv_num_heads", heads));
            graph.OutputOf(DecodeGraph.PresentKeys(layer), compute, "B", heads, positions, HeadWidth);
            graph.OutputOf(DecodeGraph.PresentValues(layer), compute, "B", heads, positions, HeadWidth);
            x = Close(graph, $"{prefix}.self_attn.out_proj", $"{prefix}.self_attn_layer_norm", own, x);

            var (crossKeys, crossValues) = (FlorenceGraphs.CrossKeys(layer), FlorenceGraphs.CrossValues(layer));
            graph.Input(crossKeys, compute, "B", heads, prompt, HeadWidth);
            graph.Input(crossValues, compute, "B", heads, prompt, HeadWidth);
            var asked = Linear(graph, $"{prefix}.encoder_attn.q_proj", x);
            var found = graph.FusedOp("MultiHeadAttention", [asked, crossKeys, crossValues, "", attended], ("num_heads", heads));
            x = Close(graph, $"{prefix}.encoder_attn.out_proj", $"{prefix}.encoder_attn_layer_norm", found, x);
            x = FeedForward(graph, prefix, x);
        }

        var logits = graph.Op("MatMul", [x, graph.Turned(names[Embeddings])]);
        if (names.Optional("language_model.final_logits_bias") is { } bias)
        {
            logits = graph.Op("Add", [logits, graph.Weight(bias)]);
        }

        logits = compute == TensorElementType.Float ? logits : graph.Op("Cast", [logits], ("to", (int)TensorElementType.Float));
        graph.Output(logits, DecodeGraph.Logits, TensorElementType.Float, "B", "T", _text.VocabSize);
        return graph.ToBytes("decode");
    }

    // Rows are looked up as they were published and only those converted, so that no second copy of the table is made.
    private string Embed(GraphWriter graph, string ids)
    {
        var table = names[Embeddings];
        var rows = graph.ToCompute(graph.Op("Gather", [graph.Published(table), ids]), names.File.Find(table).Type);
        return _text.ScaleEmbedding ? graph.Op("Mul", [rows, graph.Number(float.Sqrt(_text.DModel))]) : rows;
    }

    private (string Weights, string Biases) Together(GraphWriter graph, string prefix)
    {
        string[] parts = ["q_proj", "k_proj", "v_proj"];
        return (
            graph.Concat(1, [.. parts.Select(part => graph.Turned(names[$"{prefix}.{part}.weight"]))]),
            graph.Concat(0, [.. parts.Select(part => graph.Weight(names[$"{prefix}.{part}.bias"]))]));
    }

    private string FeedForward(GraphWriter graph, string prefix, string x)
    {
        var wide = graph.LinearGelu(x, names[$"{prefix}.fc1.weight"], names[$"{prefix}.fc1.bias"]);
        return Close(graph, $"{prefix}.fc2", $"{prefix}.final_layer_norm", wide, x);
    }

    // What a sublayer gives, projected, beside what it was given, normalized.
    private string Close(GraphWriter graph, string projection, string norm, string x, string skip) => graph.SkipNorm(
        graph.Op("MatMul", [x, graph.Turned(names[$"{projection}.weight"])]),
        skip, names[$"{norm}.weight"], names[$"{norm}.bias"], names[$"{projection}.bias"]).Normed;

    private string Linear(GraphWriter graph, string prefix, string x) =>
        graph.Linear(x, names[$"{prefix}.weight"], names[$"{prefix}.bias"]);

    private string Norm(GraphWriter graph, string prefix, string x) =>
        graph.LayerNorm(x, names[$"{prefix}.weight"], names[$"{prefix}.bias"]);
}
