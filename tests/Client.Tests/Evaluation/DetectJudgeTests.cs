using Loupe.Command.Evaluation;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class DetectJudgeTests
{
    // Three truths: two boxes of one thing (90 / 110 = 0.818 ≥ 0.7, merged to [0.5, 0, 10.5, 10] with both names) and a cat.
    private static readonly EvaluationScene Scene = new()
    {
        File = "a.png",
        Width = 100,
        Height = 100,
        Objects =
        [
            new() { Name = "dog", Box = new(0, 0, 10, 10) },
            new() { Name = "pup", Box = new(1, 0, 11, 10) },
            new() { Name = "cat", Box = new(50, 0, 60, 10) },
        ],
    };

    // 0.9: "brown dog" on the merged box: IoU 1, word F1 with "dog" 2·1/(2 + 1) = 2/3, enough for 0, 0.25 and 0.5.
    // 0.8: "pup" on it again: IoU 1, F1 1. It finds the thing taken, save at 0.75 and 1, where the better find named nothing.
    // 0.7: "cat" 4 of 10 aside: 60 / 140 = 0.43, F1 1: a hit at IoU 0.3 and 0.4.
    private static readonly FoundRegion[] Found =
    [
        new() { Box = new(0.5, 0, 10.5, 10), Score = 0.9, Text = "a brown dog" },
        new() { Box = new(0.5, 0, 10.5, 10), Score = 0.8, Text = "pup" },
        new() { Box = new(54, 0, 64, 10), Score = 0.7, Text = "cat" },
    ];

    // Two merged truths.
    // Similarity ≤ 0.5: hit, miss, and at IoU ≤ 0.4 hit: precision 1, 1/2, 2/3: 1/2 · 1 + 1/2 · 2/3 = 5/6; else 1/2.
    // Similarity ≥ 0.75: miss, hit, and at IoU ≤ 0.4 hit: 0, 1/2, 2/3, made monotone 2/3 throughout: 2/3; else 1/2 · 1/2 = 1/4.
    // Sum over 5 × 5: 2·3·5/6 + 3·3·1/2 + 2·2·2/3 + 3·2·1/4 = 5 + 4.5 + 8/3 + 1.5 = 41/3; mean 41/75.
    // Boxes alone: (2·5/6 + 3·1/2) / 5 = 19/30.
    // By name, three truths unmerged; "a brown dog" says dog and overlaps it by 95 / 105, "pup" its own likewise:
    // hit, hit, and at IoU ≤ 0.4 hit: 1; else 2/3. (2 · 1 + 3 · 2/3) / 5 = 4/5.
    [Fact]
    public void Mean_average_precision_is_over_all_pairs_of_thresholds()
    {
        var answer = FakeAsker.Answer(new("a.png", VisionTask.Detect)) with { Regions = Found };
        var figures = DetectJudge
            .Figures([new(new(0, VisionTask.Detect, null), answer, null)], [Scene], new Bootstrap(new Random(1), 10))
            .ToDictionary(figure => figure.Metric.Key, figure => figure.Interval.Value);
        Assert.Equal(41.0 / 75, figures["detect.map"], 12);
        Assert.Equal(19.0 / 30, figures["detect.mapBoxes"], 12);
        Assert.Equal(4.0 / 5, figures["detect.mapName"], 12);
    }
}
