using Loupe.Engine.Families.Bundles;
using Microsoft.ML.OnnxRuntime.Tensors;
using static Loupe.Engine.Families.Bundles.TensorSignature;

namespace Loupe.Engine.Families.Arenas;

/// <summary>What the decode graphs of all families take and give alike.</summary>
internal static class DecodeGraph
{
    public const string Ids = "ids";
    public const string Positions = "pos";
    public const string Lengths = "seqlens_k";
    public const string Total = "total";
    public const string Logits = "logits";

    /// <summary>All but the keys and values.</summary>
    public static IReadOnlyList<TensorSignature> Inputs { get; } =
    [
        new(Ids, TensorElementType.Int64, Any, Any),
        new(Positions, TensorElementType.Int64, Any, Any),
        new(Lengths, TensorElementType.Int32, Any),
        new(Total, TensorElementType.Int32, 1),
    ];

    public static string PastKeys(int layer) => $"past_k.{layer}";

    public static string PastValues(int layer) => $"past_v.{layer}";

    public static string PresentKeys(int layer) => $"present_k.{layer}";

    public static string PresentValues(int layer) => $"present_v.{layer}";

    public static TensorSignature LogitsOf(int vocabulary) => new(Logits, TensorElementType.Float, Any, Any, vocabulary);

    /// <summary>The keys and values that are read and written in place.</summary>
    public static void AddCaches(List<TensorSignature> inputs, List<TensorSignature> outputs, int layers, long[] shape)
    {
        for (var layer = 0; layer < layers; layer++)
        {
            inputs.Add(new(PastKeys(layer), TensorElementType.Float, shape));
            inputs.Add(new(PastValues(layer), TensorElementType.Float, shape));
            outputs.Add(new(PresentKeys(layer), TensorElementType.Float, shape));
            outputs.Add(new(PresentValues(layer), TensorElementType.Float, shape));
        }
    }
}
