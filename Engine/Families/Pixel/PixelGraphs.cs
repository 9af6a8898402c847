using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Families.Bundles;
using Microsoft.ML.OnnxRuntime.Tensors;
using static Loupe.Engine.Families.Bundles.TensorSignature;

namespace Loupe.Engine.Families.Pixel;

/// <summary>What each graph takes and gives, by the manifest's sizes; the table of docs/bundle.md.</summary>
internal static class PixelGraphs
{
    public const string Encode = "encode";

    /// <summary>Encode in float32, where <see cref="Encode"/> computes in eight bits: for a GPU, which gains nothing by them.</summary>
    public const string EncodeWhole = "encode-float32";

    public const string Region = "region";
    public const string Decode = "decode";
    public const string Detect = "detect";
    public const string Mask = "mask";

    public const string Boxes = "boxes";
    public const string Kind = "kind";
    public const string Owner = "owner";
    public const string Copies = "copies";
    public const string Rows = "rows";
    public const string Plausible = "plausible";

    public static GraphSignature EncodeSignature(PixelManifest m) => new(
        [new("pixels", TensorElementType.Float, Any, 3, m.Image.Size, m.Image.Size)],
        [FeaturesOf(m)]);

    public static GraphSignature RegionSignature(PixelManifest m) => new(
        [
            FeaturesOf(m),
            new(Boxes, TensorElementType.Float, Any, Any, 4),
            new(Kind, TensorElementType.Int64, Any, Any),
            new(Owner, TensorElementType.Int64, Any, Any),
            new(Copies, TensorElementType.Float, Any, Any),
            new(Rows, TensorElementType.Int64, m.Prefix.Length),
        ],
        [new("prefix", TensorElementType.Float, Any, m.Prefix.Layers, 2, m.Prefix.KvHeads, m.Prefix.Length, m.Prefix.HeadWidth)]);

    public static GraphSignature DetectSignature(PixelManifest m) => new(
        [FeaturesOf(m)],
        [new(Boxes, TensorElementType.Float, Any, Some, 4), new("scores", TensorElementType.Float, Any, Some)]);

    public static GraphSignature MaskSignature(PixelManifest m) => new(
        [FeaturesOf(m), new(Boxes, TensorElementType.Float, Any, 4)],
        [new("mask", TensorElementType.Float, Any, Some, Some), new("frame", TensorElementType.Float, Any, 4)]);

    public static GraphSignature DecodeSignature(PixelManifest m)
    {
        List<TensorSignature> inputs = [.. DecodeGraph.Inputs];
        List<TensorSignature> outputs =
        [
            DecodeGraph.LogitsOf(m.Decoder.Vocabulary),
            new(Boxes, TensorElementType.Float, Any, Any, 4),
            new(Plausible, TensorElementType.Float, Any, Any) { IsOptional = true },
        ];
        DecodeGraph.AddCaches(inputs, outputs, m.Prefix.Layers, [Any, m.Prefix.KvHeads, m.Decoder.MaxTokens, m.Prefix.HeadWidth]);
        return new(inputs, outputs);
    }

    private static TensorSignature FeaturesOf(PixelManifest m) => new(
        "features",
        m.Features.Dtype == "float16" ? TensorElementType.Float16 : TensorElementType.Float,
        Any, m.Features.Tokens, m.Features.Width);
}
