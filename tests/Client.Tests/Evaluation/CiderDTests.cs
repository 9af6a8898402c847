using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class CiderDTests
{
    // Two images, "red cat" and "blue dog": every n-gram of a reference is in one image of two, weight ln 2 – ln 1 = ln 2.
    private static double First(string said) =>
        CiderD.Scores([new("a", said, ["red cat"]), new("b", "blue dog", ["blue dog"])])[0];

    // Similarity 1 for n = 1 and n = 2; two words have no 3- or 4-grams. 10 · (1 + 1 + 0 + 0) / 4 = 5.
    [Fact]
    public void The_same_two_words_score_five() => Assert.Equal(5, First("Red cat."), 12);

    // Five words have n-grams of every length: 10 · (1 + 1 + 1 + 1) / 4 = 10.
    [Fact]
    public void The_same_five_words_score_ten()
    {
        var scores = CiderD.Scores([new("a", "one two three four five", ["one two three four five"]), new("b", "six", ["seven"])]);
        Assert.Equal(10, scores[0], 12);
        Assert.Equal(0, scores[1], 12);
    }

    // n = 1: {red, dog} against {red, cat}, all of weight ln 2: ln²2 / (√2 ln 2 · √2 ln 2) = 1/2. n = 2: nothing shared.
    // 10 · (1/2) / 4 = 1.25.
    [Fact]
    public void Half_of_the_words_score_half_of_their_n() => Assert.Equal(1.25, First("red dog"), 12);

    // "red cat red cat", in units of ln 2. n = 1: {2, 2} clipped to {1, 1} against {1, 1}: 2 / (√8 · √2) = 1/2.
    // n = 2: {red cat: 2, cat red: 1} clipped to 1: 1 / (√5 · 1) = 0.4472136. n = 3, 4: the reference has none.
    // Four words against two: e^(–2² / (2 · 6²)) = e^(–1/18) = 0.9459595.
    // 10 · (0.5 + 0.4472136) / 4 · 0.9459595 = 2.2400645.
    [Fact]
    public void Repetition_is_clipped_and_length_penalized() => Assert.Equal(2.2400645, First("red cat red cat"), 6);

    // "a" is in both images: weight ln 2 – ln 2 = 0. "a dog" shares nothing else with "a cat".
    [Fact]
    public void What_every_image_says_weighs_nothing()
    {
        var scores = CiderD.Scores([new("a", "a dog", ["a cat"]), new("b", "a dog", ["a dog"])]);
        Assert.Equal(0, scores[0], 12);
        Assert.Equal(5, scores[1], 12);
    }

    // "cat" in two references of image a and none of b: in one image of two, so its weight is ln 2 and not ln 2 – ln 2.
    // One word has 1-grams alone: 10 · 1 / 4 = 2.5.
    [Fact]
    public void Document_frequency_counts_images_and_not_captions()
    {
        var scores = CiderD.Scores([new("a", "cat", ["cat"]), new("a", "cat", ["cat"]), new("b", "dog", ["dog"])]);
        Assert.Equal([2.5, 2.5, 2.5], scores.Select(score => Math.Round(score, 12)));
    }

    // Against "red cat" 5 and against "green fish" 0: mean 2.5.
    [Fact]
    public void Several_references_are_averaged()
    {
        var scores = CiderD.Scores([new("a", "red cat", ["red cat", "green fish"]), new("b", "blue dog", ["blue dog"])]);
        Assert.Equal(2.5, scores[0], 12);
    }
}
