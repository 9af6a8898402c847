using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Florence;
using Loupe.Engine.Families.Florence.Making;
using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Florence;

/// <summary>What is made of sentences as trained models say them, token by token.</summary>
public sealed class FlorenceGenerationTests
{
    private const int Vocabulary = 1646;

    private static readonly ImageSize Size = new(1000, 500);
    private static readonly BartTokenizer Tokenizer = new(PublishedTokenizer.Read(TinyFlorence.Folder));

    private static readonly FlorenceManifest Manifest = new()
    {
        Image = new(192, [0, 0, 0], [1, 1, 1]),
        Features = new(37, 64),
        Decoder = new(2, 4, 16, 128, Vocabulary),
        Tokens = new(0, 2, [2], Tokenizer.Encode("<loc_0>")[0], 3),
        MaxPromptTokens = 64,
    };

    [Fact]
    public void A_box_is_told_when_its_last_number_is_read()
    {
        var (said, told) = Say(
            AnswerKind.Boxes,
            "a red car<loc_100><loc_200><loc_300><loc_400><loc_500><loc_600><loc_700><loc_800>dog<loc_1><loc_2><loc_3><loc_4>");
        Assert.Equal(["a red car", "a red car", "dog"], said.Regions.Select(region => region.Text));
        Assert.Equal(new Box(100.5, 100.25, 300.5, 200.25), said.Regions[0].Box);
        Assert.Equal(said.Regions, told.Select(part => ((RegionPart)part.Part).Region));
        Assert.Equal("a red car, a red car, dog", said.Text);

        // The outputs of the step after the fourth number: nothing else has to be read first.
        Assert.Equal(1, told[1].Step - told[0].Step - 3);
        Assert.All(said.Regions, region => Assert.InRange(region.Score, 0.5, 1));
    }

    [Fact]
    public void A_phrase_has_as_many_regions_as_boxes_and_words_that_mean_nothing_have_none()
    {
        var (said, _) = Say(
            AnswerKind.Grounding, "it<loc_1><loc_2><loc_3><loc_4>two dogs<loc_10><loc_20><loc_30><loc_40><loc_50><loc_60><loc_70><loc_80>");
        Assert.Equal(["two dogs", "two dogs"], said.Regions.Select(region => region.Text));
        Assert.Equal("", said.Text);
    }

    [Fact]
    public void A_line_of_text_has_four_corners()
    {
        var (said, _) = Say(AnswerKind.Quads, "STOP<loc_1><loc_2><loc_100><loc_3><loc_101><loc_50><loc_4><loc_51>"
                + "now<loc_1><loc_200><loc_300><loc_200><loc_300><loc_250><loc_1><loc_250>");
        Assert.Equal(["STOP", "now"], said.Regions.Select(region => region.Text));
        Assert.Equal([new(1.5, 1.25), new(100.5, 1.75), new(101.5, 25.25), new(4.5, 25.75)], said.Regions[0].Polygon!);
        Assert.Equal(new Box(1.5, 1.25, 101.5, 25.75), said.Regions[0].Box);
        Assert.Equal("STOP\nnow", said.Text);
    }

    [Fact]
    public void An_outline_becomes_a_mask()
    {
        var (said, told) = Say(AnswerKind.Polygons, "<loc_100><loc_200><loc_300><loc_201><loc_301><loc_400><loc_101><loc_401>");
        var region = Assert.Single(said.Regions);
        Assert.Equal(region, Assert.IsType<RegionPart>(Assert.Single(told).Part).Region);
        Assert.Equal(4, region.Polygon!.Count);
        var inside = RunLengths.Decode(RunLengths.Expand(region.Mask!.Counts), 500, 1000);
        Assert.True(inside[(150 * 1000) + 200]);
        Assert.False(inside[(250 * 1000) + 200]);
        Assert.InRange(inside.Count(pixel => pixel), 19_000, 21_000);
    }

    [Fact]
    public void Words_are_told_when_the_next_begins_and_end_at_the_limit()
    {
        var (said, told) = Say(AnswerKind.Text, "a red car and a dog", maxWords: 3);
        Assert.Equal("a red car", said.Text);
        Assert.Equal(["a", "red", "car"], said.Words.Select(word => word.Text));
        Assert.Equal(said.Words, told.Select(part => ((WordPart)part.Part).Word));
        Assert.Equal(Loupe.Finish.Length, said.Finish);
        Assert.All(said.Words, word => Assert.InRange(word.Confidence, 0.5, 1));

        var (whole, _) = Say(AnswerKind.Text, "a red car and a dog", maxWords: 6);
        Assert.Equal(("a red car and a dog", Loupe.Finish.Stop), (whole.Text, whole.Finish));
    }

    [Fact]
    public void Three_tokens_never_come_again()
    {
        var guard = new RepeatGuard(3, [2]);
        foreach (var token in (int[])[5, 6, 7, 5, 6])
        {
            guard.Add(token);
        }

        var logits = new float[10];
        (logits[7], logits[4]) = (9, 8);
        Assert.Equal(4, guard.Best(logits));
        Assert.Equal(7, new RepeatGuard(0, [2]).Best(logits));
    }

    [Theory]
    [InlineData(nameof(AnswerKind.Boxes))]
    [InlineData(nameof(AnswerKind.Grounding))]
    [InlineData(nameof(AnswerKind.Proposals))]
    [InlineData(nameof(AnswerKind.Quads))]
    public void What_was_told_stays_whatever_is_said_after_it(string name)
    {
        var kind = Enum.Parse<AnswerKind>(name);
        var random = new Random(3);
        string[] pieces = [
            "dog", " car", "<", ">", "<sep>", "<poly>", "</poly>", "<loc_1>", "<loc_20>", "<loc_300>", "<loc_999>", "\n", " "
        ];
        for (var round = 0; round < 300; round++)
        {
            var text = string.Concat(
                Enumerable.Range(0, 40)
                    .Select(_ => random.Next(2) == 0 ? $"<loc_{random.Next(1000)}>" : pieces[random.Next(pieces.Length)]));
            var (said, told) = Say(kind, text, repeat: 0);
            Assert.Equal(said.Regions, told.Select(part => ((RegionPart)part.Part).Region));
        }
    }

    private static (Utterance Said, List<(int Step, AnswerPart Part)> Told) Say(
        AnswerKind kind, string sentence, int maxWords = 100, int repeat = 3)
    {
        var manifest = Manifest with { Tokens = Manifest.Tokens with { NoRepeat = repeat } };
        var generation = new FlorenceGeneration(manifest, new Saying(manifest, Tokenizer, kind, maxWords, Size));
        var outputs = new TokenOutputs(1, Vocabulary, []);
        var told = new List<(int, AnswerPart)>();
        foreach (var (step, token) in Tokenizer.Encode(sentence).Append(Manifest.Tokens.End).Index())
        {
            outputs.Logits(0).Clear();
            outputs.Logits(0)[token] = 12;
            var parts = new List<AnswerPart>();
            var next = generation.Advance(new StepOutputs(outputs, 0, 1), parts);
            told.AddRange(parts.Select(part => (step, part)));
            if (next < 0)
            {
                break;
            }
        }

        return (generation.Finish(), told);
    }
}
