using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Bundles;

/// <summary>A tensor that a graph should take or give.</summary>
/// <param name="Name">As the graph names it.</param>
/// <param name="Type">Its numbers.</param>
/// <param name="Shape">Dimensions, <see cref="Any"/> and <see cref="Some"/> among them.</param>
internal sealed record TensorSignature(string Name, TensorElementType Type, params long[] Shape)
{
    /// <summary>A dimension that must be free in the graph, such as the batch.</summary>
    public const long Any = -1;

    /// <summary>A dimension that is the graph's own affair.</summary>
    public const long Some = -2;

    /// <summary>Whether a graph may do without it; an output only.</summary>
    public bool IsOptional { get; init; }

    public override string ToString() => Text(Type, Shape);

    public static string Text(TensorElementType type, IEnumerable<long> shape) =>
        $"{TypeName(type)} [{string.Join(", ", shape.Select(SizeName))}]";

    private static string SizeName(long size) =>
        size switch { Any => "any", Some => "some", _ => size.ToString(CultureInfo.InvariantCulture) };

    private static string TypeName(TensorElementType type) => type switch
    {
        TensorElementType.Float => "float32",
        _ => type.ToString().ToLowerInvariant(),
    };
}

/// <summary>All that a graph should take and give.</summary>
internal sealed record GraphSignature(IReadOnlyList<TensorSignature> Inputs, IReadOnlyList<TensorSignature> Outputs)
{
    /// <summary>Compares with a loaded graph. Further outputs are welcome; further inputs could not be filled.</summary>
    /// <param name="path">The graph's file, for the message.</param>
    /// <param name="session">The loaded graph.</param>
    /// <exception cref="BundleException">Names file, tensor, expected and found.</exception>
    public void Check(string path, InferenceSession session)
    {
        foreach (var input in Inputs)
        {
            Check(path, "input", input, session.InputMetadata);
        }

        foreach (var output in OutputsOf(session))
        {
            Check(path, "output", output, session.OutputMetadata);
        }

        if (session.InputMetadata.Keys.Except(Inputs.Select(i => i.Name)).FirstOrDefault() is { } unknown)
        {
            throw Mismatch(
                path, $"input '{unknown}' should not exist; the inputs are {string.Join(", ", Inputs.Select(i => $"'{i.Name}'"))}");
        }
    }

    /// <summary>The outputs that a graph has to give, and the optional ones that it does give.</summary>
    public IEnumerable<TensorSignature> OutputsOf(InferenceSession session) =>
        Outputs.Where(output => !output.IsOptional || session.OutputMetadata.ContainsKey(output.Name));

    private static void Check(string path, string side, TensorSignature expected, IReadOnlyDictionary<string, NodeMetadata> tensors)
    {
        if (!tensors.TryGetValue(expected.Name, out var found))
        {
            var names = string.Join(", ", tensors.Keys.Select(n => $"'{n}'"));
            throw Mismatch(path, $"{side} '{expected.Name}' should be {expected}, found none; the {side}s are {names}");
        }

        if (!found.IsTensor)
        {
            throw Mismatch(path, $"{side} '{expected.Name}' should be {expected}, found no tensor");
        }

        var shape = Array.ConvertAll(found.Dimensions, d => (long)d);
        var fits = found.ElementDataType == expected.Type && shape.Length == expected.Shape.Length;
        for (var i = 0; fits && i < shape.Length; i++)
        {
            // A dimension that the graph leaves open takes any size, so also the expected one.
            fits = shape[i] < 0 || shape[i] == expected.Shape[i] || expected.Shape[i] == TensorSignature.Some;
        }

        if (!fits)
        {
            throw Mismatch(
                path, $"{side} '{expected.Name}' should be {expected}, found {TensorSignature.Text(found.ElementDataType, shape)}");
        }
    }

    private static BundleException Mismatch(string path, string what) =>
        new($"{path}: {what}. Export the graph as docs/bundle.md describes it, or correct the sizes in {Bundle.ManifestName}.");
}
