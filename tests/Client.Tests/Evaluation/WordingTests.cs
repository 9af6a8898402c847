using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class WordingTests
{
    [Theory]
    [InlineData("  A  Cow.\n", "a cow")]
    [InlineData("yes!?", "yes")]
    [InlineData("a dog, a cat", "a dog, a cat")]
    [InlineData("", "")]
    public void Normalizing_lowers_joins_and_drops_final_punctuation(string text, string expected) =>
        Assert.Equal(expected, Wording.Normalize(text));

    [Fact]
    public void A_region_keeps_its_brackets() => Assert.Equal(["[1]", "is", "bigger"], Wording.Words("[1] is bigger."));

    [Theory]
    [InlineData("A cow.", true)]
    [InlineData("cow", true)]
    [InlineData("the cow", false)]
    [InlineData("a cow in a meadow", false)]
    public void An_exact_match_is_any_accepted_phrasing_and_nothing_more(string answered, bool expected) =>
        Assert.Equal(expected, ExactMatch.IsMatch(answered, ["a cow", "cow"]));

    [Theory]
    [InlineData("a hot dog in a room", "hot dog", true)]
    [InlineData("a hot dog in a room", "dog", true)]
    [InlineData("a hotdog in a room", "dog", false)]
    [InlineData("a dog that is hot", "hot dog", false)]
    [InlineData("A ROCKET.", "rocket", true)]
    [InlineData("", "rocket", false)]
    public void A_caption_says_a_name_if_its_words_stand_in_a_row(string caption, string name, bool expected) =>
        Assert.Equal(expected, NameAccuracy.Says(caption, [name]));

    // "red fast car" against "a car in red": content words {red, fast, car} and {car, in, red}; 2 shared of 3 + 3.
    // F1 = 2·2 / 6 = 2/3. "car car" against "car": 1 shared of 2 + 1, F1 = 2/3: a repeated word counts once.
    [Theory]
    [InlineData("a red fast car", "a car in red", 2.0 / 3)]
    [InlineData("car car", "the car", 2.0 / 3)]
    [InlineData("a dog", "dog", 1)]
    [InlineData("dog", "cat", 0)]
    [InlineData("", "cat", 0)]
    public void Word_f1_is_the_harmonic_mean_over_a_bag_of_words(string said, string reference, double expected) =>
        Assert.Equal(expected, WordF1.Of(said, reference), 12);

    [Fact]
    public void Of_several_references_the_best_counts() =>
        Assert.Equal(1, WordF1.Best("a dog", ["a cat", "the dog"]));
}
