using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class PointingTests
{
    private static Word At(string text, double x, double y) =>
        new() { Text = text, Point = new(x, y), Box = new(x - 1, y - 1, x + 1, y + 1), Confidence = 1 };

    // A 300 × 400 picture: diagonal 500. The dog's middle is (50, 50).
    private static IReadOnlyList<Mention> Mentions(IReadOnlyList<Word> words, params (string, Box)[] things) =>
        Pointing.Mentions(words, things, 300, 400);

    // (80, 90) lies within; (30, 40) from the middle: 50 / 500 = 0.1. "a" names nothing.
    [Fact]
    public void A_word_within_its_thing_is_inside_and_its_distance_a_share_of_the_diagonal()
    {
        var mention = Assert.Single(Mentions([At("a", 0, 0), At("Dog,", 80, 90)], ("dog", new(0, 0, 100, 100))));
        Assert.Equal("dog", mention.Name);
        Assert.True(mention.Inside);
        Assert.Equal(0.1, mention.Distance, 12);
    }

    // (200, 250): (150, 200) from the middle, 250 / 500 = 0.5. The right edge is exclusive.
    [Fact]
    public void A_word_elsewhere_is_outside()
    {
        var mentions = Mentions([At("dog", 200, 250), At("dog", 100, 50)], ("dog", new(0, 0, 100, 100)));
        Assert.Equal([false, false], mentions.Select(m => m.Inside));
        Assert.Equal([0.5, 0.1], mentions.Select(m => Math.Round(m.Distance, 12)));
    }

    // The second dog's middle is (150, 50): at (150, 50) the word is in it, though it is outside the first.
    [Fact]
    public void Of_two_things_of_a_name_the_nearer_counts()
    {
        var mention = Assert.Single(Mentions([At("dogs", 150, 50)], ("dog", new(0, 0, 100, 100)), ("dog", new(100, 0, 200, 100))));
        Assert.Equal(new Mention("dog", true, 0), mention);
    }

    [Fact]
    public void A_name_of_two_words_is_where_its_last_word_is_and_no_shorter_name()
    {
        var mention = Assert.Single(Mentions(
            [At("hot", 200, 200), At("dog", 50, 50)], ("dog", new(200, 200, 300, 300)), ("hot dog", new(0, 0, 100, 100))));
        Assert.Equal(new Mention("hot dog", true, 0), mention);
    }
}
