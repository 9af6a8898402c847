using Loupe.Bench.Charts;
using Loupe.Bench.Statistics;

namespace Loupe.Bench.Simulation;

/// <summary>A run second by second.</summary>
internal static class Timeline
{
    public static LineChart Of(SimulatedRun run, string title, params IReadOnlyList<(double, string)> marks)
    {
        var seconds = run.Tally.Samples.GroupBy(sample => (int)sample.Asked).OrderBy(group => group.Key).ToList();
        var again = run.Tally.Reencodes.GroupBy(one => (int)one.At).ToDictionary(group => group.Key, group => group.Count());
        return new LineChart
        {
            Title = title,
            X = "virtual seconds",
            Y = "ms; images",
            Marks = marks,
            Lines =
            [
                ("p50 of the second, ms", [.. seconds.Select(group => ((double)group.Key, Spread.NearestRank(group.Select(sample => sample.Milliseconds), 0.5)))]),
                ("p99 of the second, ms", [.. seconds.Select(group => ((double)group.Key, Spread.NearestRank(group.Select(sample => sample.Milliseconds), 0.99)))]),
                ("encoded again", [.. seconds.Select(group => ((double)group.Key, (double)again.GetValueOrDefault(group.Key)))]),
            ],
        };
    }
}
