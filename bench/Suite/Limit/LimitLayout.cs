using System.Globalization;

namespace Loupe.Bench.Suite.Limit;

/// <summary>How ONNX Runtime is driven.</summary>
/// <param name="Workers">Threads that each run graphs of their own.</param>
/// <param name="Threads">Threads of each graph.</param>
/// <param name="Spins">Whether idle threads of a graph spin for the next operation.</param>
/// <param name="Pictures">Of one run of the encode graph.</param>
/// <param name="Prompts">Of one run of the region graph.</param>
/// <param name="Rows">Sequences of one decode step, at most.</param>
internal sealed record LimitLayout(int Workers, int Threads, bool Spins, int Pictures, int Prompts, int Rows)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Workers} × {Threads} threads{(Spins ? " that spin" : string.Empty)}, {Pictures} pictures, {Prompts} prompts, {Rows} rows");
}
