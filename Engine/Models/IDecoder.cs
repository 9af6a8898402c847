namespace Loupe.Engine.Models;

/// <summary>
/// The decode stage of a model: numbered slots, each with room for the state of one sequence, and a step over those that
/// hold one. How slots lie in memory is the decoder's affair. All members: decode thread only. A row's outputs are the same
/// bits whatever the other rows are.
/// </summary>
public interface IDecoder
{
    /// <summary>Slots, numbered from 0: sequences that can be decoded at once.</summary>
    int Slots { get; }

    /// <summary>Positions of a slot, those that a prefix fills included.</summary>
    int MaxLength { get; }

    /// <summary>Bytes of all slots.</summary>
    long ArenaBytes { get; }

    /// <summary>What a step says of each row beside its logits, in the order of <see cref="TokenOutputs.Named(int, int)"/>.</summary>
    IReadOnlyList<NamedOutput> Outputs => [];

    /// <summary>Begins a sequence in a free slot.</summary>
    /// <returns>Positions that the prefix fills; 0 where it lies beside the sequence, as with cross-attention.</returns>
    int Load(int slot, StageValue prefix);

    /// <summary>Reads several tokens in one slot that holds a sequence.</summary>
    /// <param name="slot">Which slot.</param>
    /// <param name="tokens">At least one token.</param>
    /// <param name="past">Positions filled before.</param>
    /// <param name="outputs">Its row 0 becomes the outputs at the last token.</param>
    void Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs);

    /// <summary>Reads one token in each of the slots that hold a sequence.</summary>
    /// <param name="rows">All of these slots, each once, in any order.</param>
    /// <param name="outputs">Its row i becomes the outputs of <paramref name="rows"/>[i].</param>
    void Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs);

    /// <summary>Makes a sequence of another: a slot, free or not, goes on from where the first one is.</summary>
    /// <param name="from">A slot that holds a sequence.</param>
    /// <param name="to">Another slot.</param>
    /// <param name="length">Positions filled in <paramref name="from"/>.</param>
    void Copy(int from, int to, int length);

    /// <summary>Ends the sequence of a slot, which is free then; does nothing where it is free already.</summary>
    void Free(int slot);
}

/// <summary>One row of a step.</summary>
/// <param name="Slot">Whose.</param>
/// <param name="Token">To read.</param>
/// <param name="Past">Positions filled before.</param>
public readonly record struct DecodeRow(int Slot, int Token, int Past);
