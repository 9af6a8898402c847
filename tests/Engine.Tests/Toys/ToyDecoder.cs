using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Toys;

/// <summary>
/// A decoder whose slot is a running hash of its prefix and tokens. It refuses what a real one could not do: steps over
/// slots that hold nothing or leave out one that holds something, or at a position that does not follow.
/// </summary>
internal sealed class ToyDecoder(int slots, int vocabulary) : IDecoder
{
    private readonly ulong[] _states = new ulong[slots];
    private readonly int[] _lengths = new int[slots];

    public int Slots => slots;

    public const int Place = 0;
    private const int Plausible = 1;
    public const int Prefix = 3;

    public int MaxLength => 64;

    public long ArenaBytes => 8L * slots;

    public IReadOnlyList<NamedOutput> Outputs { get; } = [new("place", 1), new("plausible", 1)];

    /// <summary>Copies of one slot's sequence in another.</summary>
    public int Copies { get; private set; }

    public List<int> StepSizes { get; } = [];

    /// <summary>Waited for before each step.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    /// <summary>Set at the start of each step, before the gate.</summary>
    public SemaphoreSlim Stepping { get; } = new(0);

    /// <summary>Closes the gate; what stepped before no longer counts as stepping.</summary>
    public void Hold()
    {
        Gate.Reset();
        while (Stepping.Wait(0))
        {
        }
    }

    /// <summary>Closes the gate after so many steps.</summary>
    public int HoldAfter { get; set; } = int.MaxValue;

    public int Loads;

    public Exception? Fault { get; set; }

    /// <summary>Whether it says how plausible what it read is.</summary>
    public bool Judges { get; set; }

    /// <summary>Of an answer that fills a slot so far, prefix and prompt included.</summary>
    public static float PlausibleAt(int length) => 1f / length;

    public int Load(int slot, StageValue prefix)
    {
        if (_lengths[slot] != 0)
        {
            throw new InvalidOperationException($"Slot {slot} holds a sequence.");
        }

        Interlocked.Increment(ref Loads);
        _states[slot] = ((ToyValue)prefix).State;
        return _lengths[slot] = Prefix;
    }

    public void Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs)
    {
        foreach (var token in tokens)
        {
            Read(slot, token, past++);
        }

        Tell(slot, 0, outputs);
    }

    public void Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs)
    {
        Stepping.Release();
        Gate.Wait();
        if (Fault is { } fault)
        {
            Fault = null;
            throw fault;
        }

        lock (StepSizes)
        {
            StepSizes.Add(rows.Length);
            if (StepSizes.Count == HoldAfter)
            {
                Gate.Reset();
            }
        }

        if (rows.Length != _lengths.Count(length => length > 0))
        {
            throw new InvalidOperationException("A slot that holds a sequence is left out.");
        }

        for (var row = 0; row < rows.Length; row++)
        {
            var (slot, token, past) = rows[row];
            Read(slot, token, past);
            Tell(slot, row, outputs);
        }
    }

    public void Free(int slot) => _lengths[slot] = 0;

    public void Copy(int from, int to, int length)
    {
        if (_lengths[from] != length)
        {
            throw new InvalidOperationException($"Slot {from} has {_lengths[from]} positions, not {length}.");
        }

        (_states[to], _lengths[to]) = (_states[from], length);
        Copies++;
    }

    private void Read(int slot, int token, int past)
    {
        if (past == 0 || _lengths[slot] != past)
        {
            throw new InvalidOperationException($"Slot {slot} has {_lengths[slot]} positions, not {past}.");
        }

        _states[slot] = ToyModel.Mix(_states[slot], (ulong)token + 1);
        _lengths[slot]++;
    }

    private void Tell(int slot, int row, TokenOutputs outputs)
    {
        var logits = outputs.Logits(row);
        logits.Clear();
        logits[(int)(_states[slot] % (ulong)vocabulary)] = 1;
        outputs.Named(Place, row)[0] = (_states[slot] >> 8) % 100;
        outputs.Named(Plausible, row)[0] = Judges ? PlausibleAt(_lengths[slot]) : float.NaN;
    }
}
