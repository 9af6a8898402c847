using System.Text.Json.Serialization;
using Loupe.Engine.Families.Bundles;

namespace Loupe.Engine.Families.Florence.Graphs;

/// <summary>The sizes of a Florence-2, as <c>config.json</c> says them: the publisher's or transformers'.</summary>
internal sealed record FlorenceConfig
{
    public required VisionConfig VisionConfig { get; init; }

    public required TextConfig TextConfig { get; init; }

    /// <summary>Refuses what the graphs do not know.</summary>
    /// <exception cref="BundleException">Names the file and what is wrong.</exception>
    public void Check(string path)
    {
        var (vision, text) = (VisionConfig, TextConfig);
        int[][] stages = [
            vision.Widths, vision.NumHeads, vision.NumGroups, vision.Depths, vision.PatchSize, vision.PatchStride, vision.PatchPadding
        ];
        Must(
            vision.PatchPrenorm.Length > 0
                && stages.All(sizes => sizes.Length == vision.PatchPrenorm.Length && sizes.All(size => size is >= 0 and <= 1 << 16)),
            "vision_config's lists should have one size for each stage");
        Must(vision.Widths.Zip(vision.NumHeads, vision.NumGroups).All(stage => stage.Second > 0 && stage.Third > 0
            && stage.First > 0
                && stage.First % stage.Second == 0
                && stage.First % stage.Third == 0), "vision_config's widths should be multiples of its heads and groups");
        Must(
            vision.Depths.All(depth => depth is > 0 and <= 64) && vision.PatchStride.All(stride => stride > 0),
            "vision_config's depths and strides should be at least 1");
        Must(vision.WindowSize is > 0 and <= 64 && vision.QkvBias, "vision_config should have a window_size, and biases in its attention");
        Must(text.DModel > 0 && text is { EncoderAttentionHeads: > 0, DecoderAttentionHeads: > 0 }
            && text.DModel % text.EncoderAttentionHeads == 0
            && text.DModel % text.DecoderAttentionHeads == 0, "text_config.d_model should be a multiple of its heads");
        Must(text.EncoderLayers is > 0 and <= 64 && text.DecoderLayers is > 0 and <= 64, "text_config should have 1 to 64 layers");
        Must(
            text.VocabSize is > 0 and <= 1 << 20 && text.MaxPositionEmbeddings is > 0 and <= 1 << 16,
            "text_config's vocabulary and positions should be of this world");
        Must(text.ActivationFunction == "gelu", "text_config.activation_function should be gelu");

        void Must(bool holds, string what)
        {
            if (!holds)
            {
                throw new BundleException($"{path}: {what}. It should be a Florence-2's.");
            }
        }
    }
}

/// <summary>DaViT and its projection. Sizes per stage.</summary>
/// <remarks>Set, not initialized: generated JSON readers would overwrite what init-only properties have by themselves.</remarks>
internal sealed record VisionConfig
{
    public int[] Depths { get; set; } = [1, 1, 9, 1];

    /// <summary>As transformers name it.</summary>
    public int[]? EmbedDim { get; set; }

    /// <summary>As the publisher names it.</summary>
    public int[]? DimEmbed { get; set; }

    [JsonIgnore]
    public int[] Widths => EmbedDim ?? DimEmbed ?? [128, 256, 512, 1024];

    public int[] NumHeads { get; set; } = [4, 8, 16, 32];

    public int[] NumGroups { get; set; } = [4, 8, 16, 32];

    public int[] PatchSize { get; set; } = [7, 3, 3, 3];

    public int[] PatchStride { get; set; } = [4, 2, 2, 2];

    public int[] PatchPadding { get; set; } = [3, 1, 1, 1];

    public bool[] PatchPrenorm { get; set; } = [false, true, true, true];

    public int WindowSize { get; set; } = 12;

    public bool QkvBias { get; set; } = true;
}

/// <summary>BART.</summary>
internal sealed record TextConfig
{
    public int DModel { get; set; } = 768;

    public int EncoderLayers { get; set; } = 6;

    public int DecoderLayers { get; set; } = 6;

    public int EncoderAttentionHeads { get; set; } = 12;

    public int DecoderAttentionHeads { get; set; } = 12;

    public int MaxPositionEmbeddings { get; set; } = 1024;

    public int VocabSize { get; set; } = 51289;

    public string ActivationFunction { get; set; } = "gelu";

    public bool ScaleEmbedding { get; set; }

    public int DecoderStartTokenId { get; set; } = 2;

    public int EosTokenId { get; set; } = 2;

    public int BosTokenId { get; set; }

    /// <summary>The token that every answer begins with; null where the model chooses.</summary>
    public int? ForcedBosTokenId { get; set; }

    /// <summary>Tokens that never come in the same order twice; 0 for any.</summary>
    public int NoRepeatNgramSize { get; set; }
}

/// <summary>What <c>generation_config.json</c> says of generating.</summary>
internal sealed record GenerationConfig(int? ForcedBosTokenId = null, int? NoRepeatNgramSize = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(FlorenceConfig))]
[JsonSerializable(typeof(GenerationConfig))]
internal sealed partial class FlorenceConfigJson : JsonSerializerContext;
