using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class DenseCaptionsTests
{
    private static readonly TrueRegion Dog = new(new(0, 0, 10, 10), ["dog"]);
    private static readonly TrueRegion Cat = new(new(20, 0, 30, 10), ["cat"]);

    private static FoundRegion Find(double score, Box box, string text) => new() { Score = score, Box = box, Text = text };

    // Shifted by 1 of 10: 90 / 110 = 0.818 ≥ 0.7, merged to the mean box [0.5, 0, 10.5, 10]. Shifted by 2: 80 / 120 = 0.667.
    [Fact]
    public void Truths_that_overlap_by_seven_tenths_become_one()
    {
        var pup = new TrueRegion(new(1, 0, 11, 10), ["pup", "dog"]);
        var merged = Assert.Single(DenseCaptions.Merge([Dog, pup]));
        Assert.Equal(new Box(0.5, 0, 10.5, 10), merged.Box);
        Assert.Equal(["dog", "pup"], merged.Texts);

        Assert.Equal(2, DenseCaptions.Merge([Dog, new(new(2, 0, 12, 10), ["pup"])]).Count);
    }

    [Fact]
    public void A_thing_is_found_once_and_by_the_best_score()
    {
        var matched = DenseCaptions.Match([Find(0.5, Dog.Box, "dog"), Find(0.9, Dog.Box, "dog")], [Dog, Cat], 0.5, 1);
        Assert.Equal([(0.9, true), (0.5, false)], matched.Finds);
        Assert.Equal(2, matched.Truths);
    }

    // "a brown dog" against "dog": 1 shared of 2 + 1 words, F1 = 2/3, between the thresholds 0.5 and 0.75.
    // Shifted by 4 of 10: 60 / 140 = 0.43, between 0.4 and 0.5.
    [Theory]
    [InlineData(0.4, 0.5, true)]
    [InlineData(0.4, 0.75, false)]
    [InlineData(0.5, 0.5, false)]
    public void Box_and_text_must_both_reach_their_threshold(double iou, double similarity, bool expected)
    {
        var matched = DenseCaptions.Match([Find(0.9, new(4, 0, 14, 10), "a brown dog")], [Dog], iou, similarity);
        Assert.Equal(expected, matched.Finds[0].Hit);
    }

    // Two truths in all. By falling score: hit, miss, hit. Precision 1, 1/2, 2/3; recall 1/2, 1/2, 1.
    // Monotone precision 1, 2/3, 2/3. Area: 1/2 · 1 + 0 + 1/2 · 2/3 = 5/6.
    private static readonly AveragePrecision Two = new([
        new([(0.9, true), (0.8, false)], 1),
        new([(0.7, true)], 1)]);

    [Fact]
    public void Average_precision_is_the_area_under_the_monotone_curve() => Assert.Equal(5.0 / 6, Two.Of([1, 1]), 12);

    // The first scene twice, the second never: two truths, both found at precision 1 before the two misses. 1.
    // The second alone: 1. The first once, the second twice: 3 truths; hit, miss, two hits: precision 1, 1/2, 3/4;
    // recall 1/3, 1/3, 1. 1/3 · 1 + 2/3 · 3/4 = 5/6.
    [Theory]
    [InlineData(2, 0, 1)]
    [InlineData(0, 2, 1)]
    [InlineData(1, 2, 5.0 / 6)]
    public void A_scene_counts_as_often_as_it_was_drawn(int first, int second, double expected) =>
        Assert.Equal(expected, Two.Of([first, second]), 12);

    [Fact]
    public void Nothing_to_find_gives_no_figure() => Assert.True(double.IsNaN(Two.Of([0, 0])));
}
