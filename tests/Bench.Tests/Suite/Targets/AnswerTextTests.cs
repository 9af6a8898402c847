using System.Text;
using Loupe.Bench.Suite.Targets;

namespace Loupe.Bench.Tests.Suite.Targets;

public sealed class AnswerTextTests
{
    private const string Answer = """{"text":"a cow","rationale":"it moos","regions":[{},{}]}""";

    [Theory]
    [InlineData(Answer)]
    [InlineData("id: 0\nevent: word\ndata: {}\n\nevent: done\ndata: " + Answer + "\n\n")]
    public void An_answer_says_the_same_streamed_or_whole(string body) =>
        Assert.Equal("a cow | it moos | 2 regions", AnswerText.Of(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("""{"title":"not found"}""")]
    public void What_is_no_answer_says_nothing(string body) => Assert.Null(AnswerText.Of(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void Events_are_counted() => Assert.Equal(2, AnswerText.Count("event: word\n\nevent: word\n\nevent: done"u8, "event: word"u8));
}
