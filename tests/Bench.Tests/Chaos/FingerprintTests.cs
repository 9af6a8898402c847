using Loupe.Bench.Chaos;

namespace Loupe.Bench.Tests.Chaos;

public sealed class FingerprintTests
{
    private static readonly Answer Answer = new()
    {
        Id = "id",
        Image = "image",
        Task = VisionTask.Caption,
        Text = "a cat",
        Words = [new Word { Text = "a", Box = new Box(0, 0, 1, 1), Point = new Point(0, 0), Confidence = 0.5 }],
        Model = new ModelIdentity("model", "digest"),
    };

    [Fact]
    public void Where_and_when_an_answer_was_computed_makes_no_difference() => Assert.Equal(
        Fingerprint.Of(Answer),
        Fingerprint.Of(Answer with { Timing = new Timing { TotalMs = 3 }, Reuse = new Reuse { Features = FeatureReuse.Hit } }));

    [Fact]
    public void All_that_the_contract_sends_of_an_answer_does()
    {
        var word = Answer.Words[0];
        Answer[] others =
        [
            Answer with { Text = "a dog" },
            Answer with { Image = "other" },
            Answer with { Finish = Finish.Length },
            Answer with { Words = [word with { Box = word.Box!.Value with { X1 = 1.01 } }] },
            Answer with { Words = [word with { Confidence = Math.BitIncrement(0.5) }] },
            Answer with { Regions = [new FoundRegion { Box = word.Box!.Value, Score = 1 }] },
        ];
        Assert.All(others, other => Assert.NotEqual(Fingerprint.Of(Answer), Fingerprint.Of(other)));
    }
}
