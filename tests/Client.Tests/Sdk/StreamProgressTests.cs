using Loupe.Client.Calls;
using Loupe.Client.Tests.Servers;

namespace Loupe.Client.Tests.Sdk;

public sealed class StreamProgressTests
{
    private static readonly FoundRegion Region = new() { Box = default, Score = 1 };

    private static WordPart Word(int index) => new(index, Replies.Word($"w{index}"));

    private static string Names(IEnumerable<AnswerPart> parts) => string.Join(' ', parts.Select(part => part switch
    {
        WordPart word => $"w{word.Index}",
        RegionPart region => $"r{region.Index}",
        _ => "done",
    }));

    [Fact]
    public void Nothing_is_given_twice()
    {
        var progress = new StreamProgress();
        Assert.Equal("w0", Names(progress.Take(Word(0))));
        Assert.Equal("w1", Names(progress.Take(Word(1))));
        Assert.Equal("", Names(progress.Take(Word(0))));
        Assert.Equal(1, progress.LastEventId);
    }

    [Fact]
    public void Words_and_regions_are_counted_apart()
    {
        var progress = new StreamProgress();
        Assert.Null(progress.LastEventId);
        Assert.Equal("w0", Names(progress.Take(Word(0))));
        Assert.Equal("w1", Names(progress.Take(Word(1))));
        Assert.Equal("r0", Names(progress.Take(new RegionPart(0, Region))));

        // After word 1 a server would not send region 1: such a stream is begun anew.
        Assert.Null(progress.LastEventId);
    }

    [Fact]
    public void The_last_part_brings_what_did_not_come()
    {
        var progress = new StreamProgress();
        _ = Names(progress.Take(Word(0)));
        var answer = Replies.Answer("w0 w1 w2") with { Regions = [Region] };
        Assert.Equal("w1 w2 r0 done", Names(progress.Take(new DonePart(answer))));
    }
}
