using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class NameAccuracyTests
{
    [Theory]
    [InlineData("a hot dog in a room", "a hot dog", true)]
    [InlineData("a hot dog in a room", "dog", false)]
    [InlineData("hot dogs", "hot dog", false)]
    [InlineData("Tractor.", "tractor", true)]
    public void A_caption_begins_with_its_name(string caption, string name, bool expected) =>
        Assert.Equal(expected, NameAccuracy.BeginsWith(caption, [name]));

    [Theory]
    [InlineData("the brown dog", "dog", true)]
    [InlineData("a hot dog", "hot cat", false)]
    public void A_detection_says_its_name_somewhere(string text, string name, bool expected) =>
        Assert.Equal(expected, NameAccuracy.Says(text, [name]));
}
