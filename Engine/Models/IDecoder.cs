namespace Loupe.Engine.Models;

/// <summary>
/// The decode stage of a model: an arena of key/value slots and a step over the first n of them. All members:
/// decode thread only. A row's outputs are the same bits whatever the other rows are.
/// </summary>
public interface IDecoder
{
    /// <summary>Slots of the arena: sequences that can be decoded at once.</summary>
    int Slots { get; }

    /// <summary>Positions that every prefix fills.</summary>
    int PrefixLength { get; }

    /// <summary>Positions of a slot, prefix included.</summary>
    int MaxLength { get; }

    /// <summary>Bytes of the whole arena.</summary>
    long ArenaBytes { get; }

    /// <summary>Copies a prefix into the first <see cref="PrefixLength"/> positions of a slot.</summary>
    void Load(int slot, StageValue prefix);

    /// <summary>Reads a prompt in one slot, after <paramref name="past"/> positions already filled.</summary>
    /// <param name="slot">Which slot.</param>
    /// <param name="tokens">The prompt, at least one token.</param>
    /// <param name="past">Positions filled before.</param>
    /// <param name="outputs">Its row 0 becomes the outputs at the prompt's last token.</param>
    void Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs);

    /// <summary>Reads one token in each of the slots 0 … n−1.</summary>
    /// <param name="tokens">n tokens.</param>
    /// <param name="past">For each slot the positions filled before.</param>
    /// <param name="outputs">Its rows 0 … n−1 become the outputs of the slots.</param>
    void Step(ReadOnlySpan<int> tokens, ReadOnlySpan<int> past, TokenOutputs outputs);

    /// <summary>Copies the first <paramref name="length"/> positions of one slot over another.</summary>
    void Move(int from, int to, int length);
}

/// <summary>Host buffers for what a step says of each row; allocated once by the decode loop.</summary>
/// <param name="rows">Rows it can hold.</param>
/// <param name="vocabulary">Logits of a row.</param>
public sealed class TokenOutputs(int rows, int vocabulary)
{
    private readonly float[] _logits = new float[rows * vocabulary];
    private readonly float[] _places = new float[rows * 4];
    private readonly float[] _plausible = [.. Enumerable.Repeat(float.NaN, rows)];

    /// <summary>Logits of the token after the one that was read.</summary>
    public Span<float> Logits(int row) => _logits.AsSpan(row * vocabulary, vocabulary);

    /// <summary>Place of the word that was read: x0, y0, x1, y1 in the model's own coordinates.</summary>
    public Span<float> Place(int row) => _places.AsSpan(row * 4, 4);

    /// <summary>
    /// How plausible what was read so far is as an answer, 0 to 1; not a number where the model does not say.
    /// </summary>
    public ref float Plausible(int row) => ref _plausible[row];
}
