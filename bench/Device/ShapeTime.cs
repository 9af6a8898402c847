using Loupe.Bench.Statistics;

namespace Loupe.Bench.Device;

/// <summary>What a graph takes at one shape.</summary>
/// <param name="Graph">Its stage.</param>
/// <param name="Rows">Pictures, prompts or sequences of one run.</param>
/// <param name="Milliseconds">Of one run.</param>
/// <param name="KeepsBits">Whether a row is bit by bit the same alone and at every place among others; null where it is always
/// alone.</param>
internal sealed record ShapeTime(string Graph, int Rows, Spread Milliseconds, bool? KeepsBits)
{
    public double RowsPerSecond => 1000 * Rows / Milliseconds.Median;
}
