using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class BootstrapTests
{
    private static double[][] Scenes(int count, int questions) =>
        [.. Enumerable.Range(0, count).Select(i => Enumerable.Repeat((double)(i % 2), questions).ToArray())];

    // A hundred scenes of one question, half of them right: standard error √(0.25 / 100) = 0.05, ± 1.96 · 0.05 = ± 0.098.
    // The mean can only be a multiple of 0.01, and a thousand draws place a 2.5 % quantile within about 0.02.
    [Fact]
    public void An_interval_is_as_wide_as_theory_says()
    {
        var interval = new Bootstrap(new Random(1)).OfMean(Scenes(100, 1));
        Assert.Equal(0.5, interval.Value, 12);
        Assert.InRange(interval.Low, 0.38, 0.425);
        Assert.InRange(interval.High, 0.575, 0.62);
    }

    // The same hundred values in ten scenes that agree within themselves: √(0.25 / 10) = 0.158, ± 0.31.
    [Fact]
    public void Questions_about_one_scene_are_no_independent_witnesses()
    {
        var interval = new Bootstrap(new Random(1)).OfMean(Scenes(10, 10));
        Assert.InRange(interval.Low, 0.1, 0.3);
        Assert.InRange(interval.High, 0.7, 0.9);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval() =>
        Assert.Equal(new Bootstrap(new Random(5)).OfMean(Scenes(20, 2)), new Bootstrap(new Random(5)).OfMean(Scenes(20, 2)));

    // Three right of four, and not (1 + 0) / 2, the mean of the means of scenes.
    [Fact]
    public void Every_question_counts_alike() =>
        Assert.Equal(0.75, new Bootstrap(new Random(1), 10).OfMean([[1, 1, 1], [0]]).Value, 12);

    [Fact]
    public void Nothing_judged_gives_no_figure() =>
        Assert.True(double.IsNaN(new Bootstrap(new Random(1), 10).OfMean([[], []]).Value));

    // Ranks of the four: 0.5 · 3 = 1.5, half-way between 2 and 4.
    [Fact]
    public void A_percentile_lies_between_the_nearest_ranks() =>
        Assert.Equal(3, Bootstrap.Percentile([1, 2, 4, 9], 0.5), 12);
}
