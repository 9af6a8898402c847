using Loupe.Command.Drawing;

namespace Loupe.Client.Tests.Drawing;

public sealed class LabelTests
{
    [Theory]
    [InlineData("a red car", 20, "a red car")]
    [InlineData("a red car", 9, "a red car")]
    [InlineData("a red car", 8, "a red|car")]
    [InlineData("a red car", 3, "a|red|car")]
    [InlineData("wheelbarrow", 5, "wheel|barro|w")]
    [InlineData("", 5, "")]
    public void Lines_break_between_words_where_they_can(string text, int letters, string folded) =>
        Assert.Equal(folded.Split('|'), Label.Fold(text, letters));

    [Fact]
    public void What_would_cover_the_picture_is_cut() =>
        Assert.Equal(["w", "w", "w", "w", "w", "..."], Label.Fold("w w w w w w w w", 1));
}
