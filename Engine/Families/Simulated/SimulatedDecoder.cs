using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Simulated;

/// <summary>A slot is a number that follows from its prefix and tokens; the likeliest next token follows from that.</summary>
internal sealed class SimulatedDecoder(ServiceTimes times, int slots, int vocabulary, ServiceClock clock) : IDecoder
{
    /// <summary>The logit of the token that is chosen; all others have 0.</summary>
    public const float Sure = 8;

    private readonly ulong[] _states = new ulong[slots];

    public int Slots => slots;

    private const int Prefix = 40;

    public int MaxLength => 128;

    public long ArenaBytes => (long)slots * times.Prefix * MaxLength / Prefix;

    public IReadOnlyList<NamedOutput> Outputs { get; } = [new(SimulatedGenerations.Place, 4)];

    public int Load(int slot, StageValue prefix)
    {
        _states[slot] = ((SimulatedValue)prefix).State;
        return Prefix;
    }

    public void Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs)
    {
        clock.Serve(times.Step);
        foreach (var token in tokens)
        {
            _states[slot] = SimulatedValue.Mix(_states[slot], token);
        }

        Tell(_states[slot], 0, outputs);
    }

    public void Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs)
    {
        clock.Serve(times.Step);
        for (var row = 0; row < rows.Length; row++)
        {
            var (slot, token, _) = rows[row];
            _states[slot] = SimulatedValue.Mix(_states[slot], token);
            Tell(_states[slot], row, outputs);
        }
    }

    public void Copy(int from, int to, int length) => _states[to] = _states[from];

    public void Free(int slot)
    {
        // A number is in nobody's way.
    }

    private void Tell(ulong state, int row, TokenOutputs outputs)
    {
        var logits = outputs.Logits(row);
        logits.Clear();
        logits[(int)(state % (ulong)vocabulary)] = Sure;
        var place = outputs.Named(0, row);
        for (var i = 0; i < place.Length; i++)
        {
            place[i] = ((state >> (16 * i)) & 0xFFFF) / 65536f;
        }
    }
}
