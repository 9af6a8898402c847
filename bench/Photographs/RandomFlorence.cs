using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using Loupe.Engine.Families.Florence.Making;

namespace Loupe.Bench.Photographs;

/// <summary>The sizes of a published model.</summary>
/// <param name="Name">As it is pulled.</param>
/// <param name="Widths">Of the picture's stages.</param>
/// <param name="Width">Of the text model.</param>
/// <param name="Layers">Of its encoder, and of its decoder.</param>
internal sealed record FlorenceSizes(string Name, int[] Widths, int Width, int Layers)
{
    public static IReadOnlyList<FlorenceSizes> All { get; } =
    [
        new("florence-2-base", [128, 256, 512, 1024], 768, 6),
        new("florence-2-large", [256, 512, 1024, 2048], 1024, 12),
    ];

    public static int[] Depths { get; } = [1, 1, 9, 1];

    /// <summary>Of the picture's stages; the text model's are as wide, 64.</summary>
    public int[] Heads => [.. Widths.Select(width => width / 32)];
}

/// <summary>
/// A Florence-2 of true size with random weights, in the publisher's own layout and names: for measuring where the weights cannot
/// be had. What it says means nothing, and takes as long as what the real one says.
/// </summary>
internal sealed class RandomFlorence(FlorenceSizes sizes)
{
    private const int Pieces = 50_265;
    private const int Vocabulary = 51_289;
    private const int Positions = 1026;
    private const int Pattern = 1 << 20;

    private readonly List<(string Name, long[] Shape)> _tensors = [];

    /// <summary>Makes the bundle.</summary>
    /// <param name="folder">Where; made.</param>
    /// <param name="maxTokens">Of an answer.</param>
    public void Write(string folder, int maxTokens)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), Config().ToJsonString());
        File.WriteAllText(Path.Combine(folder, "vocab.json"), PiecesOf().ToJsonString());
        File.WriteAllText(Path.Combine(folder, "merges.txt"), "#version: 0.2\n");
        List();
        WriteWeights(Path.Combine(folder, "model.safetensors"));
        FlorenceBundler.Make(folder, folder, new FlorenceBundleOptions { Name = $"{sizes.Name}-random", MaxTokens = maxTokens });
    }

    private JsonObject Config() => new()
    {
        ["vision_config"] = new JsonObject
        {
            ["dim_embed"] = Numbers(sizes.Widths),
            ["num_heads"] = Numbers(sizes.Heads),
            ["num_groups"] = Numbers(sizes.Heads),
            ["depths"] = Numbers(FlorenceSizes.Depths),
        },
        ["text_config"] = new JsonObject
        {
            ["d_model"] = sizes.Width,
            ["encoder_layers"] = sizes.Layers,
            ["decoder_layers"] = sizes.Layers,
            ["encoder_attention_heads"] = sizes.Width / 64,
            ["decoder_attention_heads"] = sizes.Width / 64,
            ["max_position_embeddings"] = 1024,
            ["vocab_size"] = Vocabulary,
            ["forced_bos_token_id"] = 0,
            ["no_repeat_ngram_size"] = 3,
        },
    };

    // Single bytes, and fillers for the rest: a prompt has more tokens than with the published pieces, never fewer.
    private static JsonObject PiecesOf()
    {
        var pieces = new JsonObject { ["<s>"] = 0, ["<pad>"] = 1, ["</s>"] = 2, ["<unk>"] = 3 };
        var next = 256;
        for (var value = 0; value < 256; value++)
        {
            var character = value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? (char)value : (char)next++;
            pieces[character.ToString()] = pieces.Count;
        }

        while (pieces.Count < Pieces - 1)
        {
            pieces[string.Create(CultureInfo.InvariantCulture, $"\u0120w{pieces.Count}")] = pieces.Count;
        }

        pieces["<mask>"] = pieces.Count;
        return pieces;
    }

    private void List()
    {
        int[] patches = [7, 3, 3, 3];
        for (var stage = 0; stage < 4; stage++)
        {
            var (before, width) = (stage == 0 ? 3 : sizes.Widths[stage - 1], sizes.Widths[stage]);
            Add($"vision_tower.convs.{stage}.proj", width, before, patches[stage], patches[stage]);
            Norm($"vision_tower.convs.{stage}.norm", stage == 0 ? width : before);
            for (var block = 0; block < FlorenceSizes.Depths[stage]; block++)
            {
                foreach (var (part, attention) in ((string, string)[])[("spatial_block", "window_attn"), ("channel_block", "channel_attn")])
                {
                    var prefix = $"vision_tower.blocks.{stage}.{block}.{part}";
                    Add($"{prefix}.conv1.fn.dw", width, 1, 3, 3);
                    Add($"{prefix}.conv2.fn.dw", width, 1, 3, 3);
                    Norm($"{prefix}.{attention}.norm", width);
                    Add($"{prefix}.{attention}.fn.qkv", 3 * width, width);
                    Add($"{prefix}.{attention}.fn.proj", width, width);
                    Norm($"{prefix}.ffn.norm", width);
                    Add($"{prefix}.ffn.fn.net.fc1", 4 * width, width);
                    Add($"{prefix}.ffn.fn.net.fc2", width, 4 * width);
                }
            }
        }

        _tensors.Add(("image_projection", [sizes.Widths[^1], sizes.Width]));
        Norm("image_proj_norm", sizes.Width);
        _tensors.Add(("image_pos_embed.row_embeddings.weight", [50, sizes.Widths[^1] / 2]));
        _tensors.Add(("image_pos_embed.column_embeddings.weight", [50, sizes.Widths[^1] / 2]));
        _tensors.Add(("visual_temporal_embed.pos_idx_to_embed", [100, sizes.Widths[^1]]));
        _tensors.Add(("language_model.model.shared.weight", [Vocabulary, sizes.Width]));
        foreach (var (side, attentions) in ((string, string[])[])[("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])])
        {
            var prefix = $"language_model.model.{side}";
            _tensors.Add(($"{prefix}.embed_positions.weight", [Positions, sizes.Width]));
            Norm($"{prefix}.layernorm_embedding", sizes.Width);
            for (var layer = 0; layer < sizes.Layers; layer++)
            {
                foreach (var attention in attentions)
                {
                    foreach (var part in (string[])["q_proj", "k_proj", "v_proj", "out_proj"])
                    {
                        Add($"{prefix}.layers.{layer}.{attention}.{part}", sizes.Width, sizes.Width);
                    }

                    Norm($"{prefix}.layers.{layer}.{attention}_layer_norm", sizes.Width);
                }

                Add($"{prefix}.layers.{layer}.fc1", 4 * sizes.Width, sizes.Width);
                Add($"{prefix}.layers.{layer}.fc2", sizes.Width, 4 * sizes.Width);
                Norm($"{prefix}.layers.{layer}.final_layer_norm", sizes.Width);
            }
        }
    }

    private void Add(string prefix, params long[] shape)
    {
        _tensors.Add(($"{prefix}.weight", shape));
        _tensors.Add(($"{prefix}.bias", [shape[0]]));
    }

    private void Norm(string prefix, int width) => Add(prefix, width);

    private void WriteWeights(string path)
    {
        var table = new JsonObject();
        long at = 0;
        foreach (var (name, shape) in _tensors)
        {
            var bytes = 2 * shape.Aggregate(1L, (product, size) => product * size);
            table[name] = new JsonObject { ["dtype"] = "F16", ["shape"] = Numbers(shape), ["data_offsets"] = Numbers(at, at + bytes) };
            at += bytes;
        }

        var header = Encoding.UTF8.GetBytes(table.ToJsonString());
        using var file = File.Create(path);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);

        // Small enough that nothing overflows in float16 either, and around one where a layer is normalized.
        var random = new Random(1);
        var pattern = MemoryMarshal.AsBytes<Half>(
            Enumerable.Range(0, Pattern).Select(_ => (Half)((random.NextSingle() - 0.5f) * 0.07f)).ToArray()).ToArray();
        var ones = MemoryMarshal.AsBytes<Half>(Enumerable.Repeat((Half)1, 8192).ToArray()).ToArray();
        foreach (var (name, shape) in _tensors)
        {
            var isNorm = name.Contains("norm", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal);
            for (var left = 2 * shape.Aggregate(1L, (product, size) => product * size); left > 0; left -= pattern.Length)
            {
                file.Write((isNorm ? ones : pattern).AsSpan(0, (int)Math.Min(left, isNorm ? ones.Length : pattern.Length)));
            }
        }
    }

    private static JsonArray Numbers(params int[] numbers) => [.. numbers.Select(number => (JsonNode)number)];

    private static JsonArray Numbers(params long[] numbers) => [.. numbers.Select(number => (JsonNode)number)];
}
