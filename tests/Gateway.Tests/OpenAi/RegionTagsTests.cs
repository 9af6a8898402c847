using Loupe.Gateway.OpenAi;

namespace Loupe.Gateway.Tests.OpenAi;

public sealed class RegionTagsTests
{
    [Fact]
    public void Tags_become_references_in_their_order()
    {
        var (text, regions) = RegionTags.Read("is <box>1, 2.5,30,4e1</box> bigger than <point>5,6</point>?");

        Assert.Equal("is [0] bigger than [1]?", text);
        Assert.Equal(new Box(1, 2.5, 30, 40), regions[0].Box);
        Assert.Equal(new Point(5, 6), Assert.Single(regions[1].Points!));
    }

    [Theory]
    [InlineData("what is <box>1,2,3</box>?", "<box>1,2,3</box>")]
    [InlineData("what is <box>1,2,3,4,5</box>?", "<box>1,2,3,4,5</box>")]
    [InlineData("what is <box>a,b,c,d</box>?", "pixels")]
    [InlineData("what is <box>1,2,3,1e999</box>?", "pixels")]
    [InlineData("what is <box>1,2,3,NaN</box>?", "pixels")]
    [InlineData("what is <point>1</point>?", "<point>x,y</point>")]
    [InlineData("what is <box>1,2,3,4?", "<box> without")]
    [InlineData("what is 1,2,3,4</box>?", "</box> without")]
    [InlineData("what is <box>1,2,3,4</point>?", "without its other half")]
    public void A_tag_that_is_none_says_what_is_wrong(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<FormatException>(() => RegionTags.Read(text)).Message);

    [Fact]
    public void What_is_written_is_read_again()
    {
        var tag = RegionTags.Write(new Box(0, 1.25, 1234.06, 5.5));

        Assert.Equal("<box>0,1.3,1234.1,5.5</box>", tag);
        Assert.Equal(new Box(0, 1.3, 1234.1, 5.5), RegionTags.Read(tag).Regions.Single().Box);
    }

    [Fact]
    public void Other_brackets_are_text() =>
        Assert.Equal(
            ("<b>a</b> [x] < box >", 0),
            (RegionTags.Read("<b>a</b> [x] < box >") is var (text, regions) ? (text, regions.Count) : default));
}
