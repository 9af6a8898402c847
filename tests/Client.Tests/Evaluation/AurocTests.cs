using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class AurocTests
{
    // Right: 0.9, 0.6, 0.4. Wrong: 0.6, 0.2. Pairs right above wrong: 0.9 beats both (2), 0.6 ties with 0.6 and beats
    // 0.2 (1.5), 0.4 beats 0.2 alone (1): 4.5 of 6 = 0.75.
    private static readonly Confident[] Answers =
        [new(0, 0.9, true), new(0, 0.6, true), new(1, 0.4, true), new(0, 0.6, false), new(1, 0.2, false)];

    [Fact]
    public void It_is_the_share_of_pairs_in_the_right_order_and_half_of_the_ties() =>
        Assert.Equal(0.75, new Auroc(Answers).Of([1, 1]), 12);

    // Scene 0 twice, scene 1 once: right 0.9 ×2, 0.6 ×2, 0.4; wrong 0.6 ×2, 0.2. Pairs: 2·3 + 2·(1 + 1) + 1 = 11 of 15.
    // Scene 0 alone: 0.9 beats 0.6, 0.6 ties with it: 1.5 of 2.
    [Theory]
    [InlineData(2, 1, 11.0 / 15)]
    [InlineData(1, 0, 0.75)]
    public void A_scene_counts_as_often_as_it_was_drawn(int first, int second, double expected) =>
        Assert.Equal(expected, new Auroc(Answers).Of([first, second]), 12);

    [Fact]
    public void Where_all_are_right_there_is_nothing_to_tell_apart() =>
        Assert.True(double.IsNaN(new Auroc([new(0, 0.5, true)]).Of([1])));

    // Bins of a fifth: [0.2, 0.4): 0.2 wrong. [0.4, 0.6): 0.4 right. [0.6, 0.8): 0.6 right, 0.6 wrong. [0.8, 1]: 0.9 right.
    // Gaps times counts: 0.2 + 0.6 + |1.2 – 1| + 0.1 = 1.1, of five answers: 0.22.
    [Fact]
    public void Calibration_compares_confidence_with_the_share_that_was_right()
    {
        var bins = Calibration.Bins(Answers);
        Assert.Equal(
            [(0.2, 1, 0), (0.4, 1, 1), (0.6, 2, 0.5), (0.8, 1, 1)], bins.Select(bin => (Math.Round(bin.From, 12), bin.Count, bin.Right)));
        Assert.Equal(0.6, bins[2].Confidence, 12);
        Assert.Equal(0.22, Calibration.Error(Answers, [1, 1]), 12);
    }

    [Fact]
    public void Certainty_belongs_to_the_last_bin() =>
        Assert.Equal((0.8, 1), Calibration.Bins([new(0, 1, true)]).Select(bin => (bin.From, bin.To)).Single());
}
