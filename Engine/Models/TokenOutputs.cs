namespace Loupe.Engine.Models;

/// <summary>Something that a step says of each row.</summary>
/// <param name="Name">As the family's generations ask for it.</param>
/// <param name="Width">Numbers for a row.</param>
public sealed record NamedOutput(string Name, int Width);

/// <summary>Host buffers for what a step says of each row; allocated once by the decode loop.</summary>
/// <param name="rows">Rows it can hold.</param>
/// <param name="vocabulary">Logits of a row.</param>
/// <param name="named">What there is beside the logits.</param>
public sealed class TokenOutputs(int rows, int vocabulary, IReadOnlyList<NamedOutput> named)
{
    private readonly float[] _logits = new float[rows * vocabulary];
    private readonly float[][] _named = [.. named.Select(output => new float[rows * output.Width])];

    /// <summary>Logits of the token after the one that was read.</summary>
    public Span<float> Logits(int row) => _logits.AsSpan(row * vocabulary, vocabulary);

    /// <summary>What the decoder says of a row under the output with this number.</summary>
    public Span<float> Named(int output, int row) => _named[output].AsSpan(row * named[output].Width, named[output].Width);

    /// <summary>The same by name; empty where the decoder does not say it.</summary>
    public Span<float> Named(string name, int row)
    {
        for (var output = 0; output < named.Count; output++)
        {
            if (named[output].Name == name)
            {
                return Named(output, row);
            }
        }

        return [];
    }
}

/// <summary>What a step says of the rows of one generation.</summary>
/// <param name="outputs">Of the whole step.</param>
/// <param name="first">The first row of the generation; the others follow it.</param>
/// <param name="count">How many there are.</param>
public readonly ref struct StepOutputs(TokenOutputs outputs, int first, int count)
{
    /// <summary>Rows of this generation.</summary>
    public int Count => count;

    /// <summary>Logits of the token after the one that a row read.</summary>
    public ReadOnlySpan<float> Logits(int row = 0) => outputs.Logits(first + row);

    /// <summary>Something else that the model says of a row; empty where it does not.</summary>
    public ReadOnlySpan<float> Named(string name, int row = 0) => outputs.Named(name, first + row);
}
