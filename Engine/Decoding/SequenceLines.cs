using Loupe.Engine.Models;

namespace Loupe.Engine.Decoding;

/// <summary>
/// The slots of one sequence: as many as it may have rows, set aside from its beginning on, so that a search never waits for
/// room. The first <see cref="Count"/> hold its rows. Decode thread only.
/// </summary>
internal sealed class SequenceLines(int width)
{
    private const int Nobody = -1;

    private readonly int[] _slots = new int[width];
    private readonly int[] _tokens = new int[width];
    private readonly int[] _before = width > 1 ? new int[width] : [];
    private readonly bool[] _kept = width > 1 ? new bool[width] : [];

    /// <summary>Slots set aside.</summary>
    public int Width => width;

    /// <summary>Rows.</summary>
    public int Count { get; private set; }

    /// <summary>The slots, those that hold rows first.</summary>
    public ReadOnlySpan<int> Slots => _slots;

    public DecodeRow Row(int row, int past) => new(_slots[row], _tokens[row], past);

    /// <summary>Takes the slots that are set aside; the first one holds the prompt.</summary>
    public void Take(Stack<int> free)
    {
        for (var i = 0; i < width; i++)
        {
            _slots[i] = free.Pop();
        }

        Count = 1;
    }

    /// <summary>
    /// Goes on as a generation says. The first row that goes on from another keeps its slot; further ones get a copy in the
    /// slot of a row that nobody goes on from, whose state is of no use any more.
    /// </summary>
    public void GoOn(ReadOnlySpan<NextToken> next, int past, IDecoder decoder)
    {
        if (width > 1)
        {
            Arrange(next, past, decoder);
        }

        for (var row = 0; row < next.Length; row++)
        {
            _tokens[row] = next[row].Token;
        }

        Count = next.Length;
    }

    private void Arrange(ReadOnlySpan<NextToken> next, int past, IDecoder decoder)
    {
        _slots.CopyTo(_before, 0);
        Array.Clear(_kept);
        for (var row = 0; row < next.Length; row++)
        {
            var from = next[row].From;
            ArgumentOutOfRangeException.ThrowIfNegative(from);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, Count);
            _slots[row] = _kept[from] ? Nobody : _before[from];
            _kept[from] = true;
        }

        var spare = 0;
        for (var row = 0; row < width; row++)
        {
            if (row < next.Length && _slots[row] != Nobody)
            {
                continue;
            }

            while (_kept[spare])
            {
                spare++;
            }

            _slots[row] = _before[spare];
            if (row < next.Length)
            {
                decoder.Copy(_before[next[row].From], _slots[row], past);
            }
            else if (spare < Count)
            {
                decoder.Free(_slots[row]);
            }

            spare++;
        }
    }
}
