using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Families.Bundles;
using Microsoft.ML.OnnxRuntime.Tensors;
using static Loupe.Engine.Families.Bundles.TensorSignature;

namespace Loupe.Engine.Families.Florence.Graphs;

/// <summary>What each graph takes and gives, by the manifest's sizes.</summary>
internal static class FlorenceGraphs
{
    public const string Encode = "encode";
    public const string Region = "region";
    public const string Decode = "decode";

    public const string Pixels = "pixels";
    public const string Features = "features";

    /// <summary>What the text encoder gives: a further output, for comparing.</summary>
    public const string Hidden = "hidden";

    public const string Prefix = "prefix";
    public const string CrossLength = "cross_length";

    public static string CrossKeys(int layer) => $"cross_k.{layer}";

    public static string CrossValues(int layer) => $"cross_v.{layer}";

    public static GraphSignature EncodeSignature(FlorenceManifest m) => new(
        [new(Pixels, TensorElementType.Float, Any, 3, m.Image.Size, m.Image.Size)],
        [FeaturesOf(m)]);

    public static GraphSignature RegionSignature(FlorenceManifest m) => new(
        [
            FeaturesOf(m),
            new(DecodeGraph.Ids, TensorElementType.Int64, Any, Any),
        ],
        [new(Prefix, TensorElementType.Float, Any, m.Decoder.Layers, 2, m.Decoder.Heads, Any, m.Decoder.HeadWidth)]);

    private static TensorSignature FeaturesOf(FlorenceManifest m) =>
        new(Features, m.Features.Shape.ElementType, Any, m.Features.Tokens, m.Features.Width);

    public static GraphSignature DecodeSignature(FlorenceManifest m)
    {
        List<TensorSignature> inputs = [.. DecodeGraph.Inputs, new(CrossLength, TensorElementType.Int32, Any)];
        List<TensorSignature> outputs = [DecodeGraph.LogitsOf(m.Decoder.Vocabulary)];
        DecodeGraph.AddCaches(inputs, outputs, m.Decoder.Layers, [Any, m.Decoder.Heads, m.Decoder.MaxTokens, m.Decoder.HeadWidth]);
        for (var layer = 0; layer < m.Decoder.Layers; layer++)
        {
            long[] shape = [Any, m.Decoder.Heads, m.PrefixRows, m.Decoder.HeadWidth];
            inputs.Add(new(CrossKeys(layer), TensorElementType.Float, shape));
            inputs.Add(new(CrossValues(layer), TensorElementType.Float, shape));
        }

        return new(inputs, outputs);
    }
}
