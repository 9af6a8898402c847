namespace Loupe.Engine.Families.Arenas;

/// <summary>
/// Where in the arena the sequence of each slot lies. Places are taken without holes from 0 on, since a step runs over the
/// first n of them.
/// </summary>
internal sealed class ArenaPlaces(int slots)
{
    private const int Nowhere = -1;

    private readonly int[] _placeOf = [.. Enumerable.Repeat(Nowhere, slots)];
    private readonly int[] _slotAt = new int[slots];
    private readonly int[] _lengths = new int[slots];

    /// <summary>Places taken.</summary>
    public int Count { get; private set; }

    /// <summary>The place of a slot that holds a sequence.</summary>
    public int Of(int slot) => _placeOf[slot] is not Nowhere and var place
        ? place
        : throw new ArgumentException($"Slot {slot} holds no sequence.", nameof(slot));

    /// <summary>The place of a slot, a new one where it was free; the sequence there fills so many positions from now on.</summary>
    public int Take(int slot, int length)
    {
        if (_placeOf[slot] == Nowhere)
        {
            _placeOf[slot] = Count;
            _slotAt[Count++] = slot;
        }

        return Fill(slot, length);
    }

    /// <summary>The place of a slot that holds a sequence, which fills so many positions from now on.</summary>
    public int Fill(int slot, int length)
    {
        var place = Of(slot);
        _lengths[place] = length;
        return place;
    }

    /// <summary>Gives a slot's place back; what has to move from where to where so that there is no hole, or null.</summary>
    public (int From, int To, int Length)? Free(int slot)
    {
        var hole = _placeOf[slot];
        if (hole == Nowhere)
        {
            return null;
        }

        _placeOf[slot] = Nowhere;
        var last = --Count;
        if (hole == last)
        {
            return null;
        }

        _slotAt[hole] = _slotAt[last];
        _lengths[hole] = _lengths[last];
        _placeOf[_slotAt[hole]] = hole;
        return (last, hole, _lengths[last]);
    }
}
