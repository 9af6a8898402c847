using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

/// <summary>Generations fed with logits that a test wrote, in place of a model's.</summary>
public sealed class GenerationTests
{
    private static readonly string[] Special =
        ["<pad>", "<eos>", "<unk>", "<caption>", "<because>", "<here>", "<absent>", "[0]", "[1]"];

    private static readonly string[] Words = ["a", "dog", "sits", ","];
    private static readonly ImageSize Size = new(200, 100);

    private readonly WordTokenizer _tokenizer = new(new TokenizerFile("words", Special, Words), "tokenizer.json");

    [Fact]
    public void A_word_is_sent_when_it_was_read_with_its_place()
    {
        var generation = Text();
        List<AnswerPart> parts = [];

        Assert.Equal(Id("a"), generation.Advance(Prefer("a"), [0, 0, 1, 1], float.NaN, parts));
        Assert.Empty(parts);
        Assert.Equal(Id("dog"), generation.Advance(Prefer("dog"), [0.1f, 0.2f, 0.3f, 0.4f], float.NaN, parts));
        var sent = Assert.IsType<WordPart>(Assert.Single(parts));
        Assert.Equal((0, "a"), (sent.Index, sent.Word.Text));
        Assert.Equal(20, sent.Word.Box!.Value.X0, 1e-4);
        Assert.Equal(40, sent.Word.Box!.Value.Y0, 1e-4);
        Assert.Equal(60, sent.Word.Box!.Value.X1, 1e-4);
        Assert.Equal(80, sent.Word.Box!.Value.Y1, 1e-4);
        Assert.Equal(sent.Word.Box!.Value.Center, sent.Word.Point);
        Assert.Equal(-1, generation.Advance(Prefer("<eos>"), [0.9f, 0, 0.5f, 7], float.NaN, parts));

        var said = generation.Finish();
        Assert.Equal("a dog", said.Text);
        Assert.Null(said.Rationale);
        Assert.Equal(Finish.Stop, said.Finish);
        Assert.Equal(said.Words, parts.Cast<WordPart>().Select(p => p.Word));
        Assert.Equal(100, said.Words[1].Box!.Value.X0, 1e-4);
        Assert.Equal(180, said.Words[1].Box!.Value.X1, 1e-4);
        Assert.Equal(100, said.Words[1].Box!.Value.Y1);
    }

    [Fact]
    public void Confidence_is_the_probability_of_the_word_chosen()
    {
        var logits = new float[_tokenizer.Count];
        Array.Fill(logits, float.NegativeInfinity);
        logits[Id("dog")] = MathF.Log(3);
        logits[Id("sits")] = 0;

        var said = Say(Text(), logits, Prefer("<eos>"));

        Assert.Equal(0.75, Assert.Single(said.Words).Confidence, 1e-6);
    }

    [Fact]
    public void The_answer_is_as_plausible_as_it_was_when_its_last_token_was_read()
    {
        var generation = Text();
        generation.Advance(Prefer("dog"), [0, 0, 1, 1], 0.9f, []);
        Assert.Null(generation.Finish().Confidence);
        generation.Advance(Prefer("<because>"), [0, 0, 1, 1], 0.5f, []);
        generation.Advance(Prefer("sits"), [0, 0, 1, 1], 0.25f, []);
        generation.Advance(Prefer("<eos>"), [0, 0, 1, 1], 0.75f, []);
        Assert.Equal(0.75, generation.Finish().Confidence);
    }

    [Theory]
    [InlineData(1.5f, 1.0)]
    [InlineData(-1f, 0.0)]
    [InlineData(float.NaN, null)]
    public void What_is_no_probability_is_made_one_or_left_out(float plausible, double? confidence)
    {
        var generation = Text();
        generation.Advance(Prefer("dog"), [0, 0, 1, 1], float.NaN, []);
        generation.Advance(Prefer("<eos>"), [0, 0, 1, 1], plausible, []);
        Assert.Equal(confidence, generation.Finish().Confidence);
    }

    [Fact]
    public void What_follows_because_is_the_rationale()
    {
        var generation = Text();
        List<AnswerPart> parts = [];
        foreach (var word in (string[])["dog", "<because>", "dog", ",", "sits", "<eos>"])
        {
            generation.Advance(Prefer(word), [0, 0, 1, 1], float.NaN, parts);
        }

        var said = generation.Finish();
        Assert.Equal("dog", said.Text);
        Assert.Equal("dog, sits", said.Rationale);
        Assert.Single(said.Words);
        Assert.Single(parts);
        Assert.Equal(Finish.Stop, said.Finish);
    }

    [Fact]
    public void Because_comes_once()
    {
        var said = Say(Text(), Prefer("dog"), Prefer("<because>"), Prefer("<because>", "sits"), Prefer("<eos>"));

        Assert.Equal("sits", said.Rationale);
    }

    [Fact]
    public void Words_beyond_the_limit_are_cut()
    {
        var generation = Text(maxWords: 2);
        List<AnswerPart> parts = [];

        generation.Advance(Prefer("a"), [0, 0, 1, 1], float.NaN, parts);
        generation.Advance(Prefer("dog"), [0, 0, 1, 1], float.NaN, parts);
        Assert.Equal(-1, generation.Advance(Prefer("sits"), [0, 0, 1, 1], float.NaN, parts));

        Assert.Equal(2, parts.Count);
        Assert.Equal("a dog", generation.Finish().Text);
        Assert.Equal(Finish.Length, generation.Finish().Finish);
    }

    [Fact]
    public void An_answer_that_just_fits_is_whole()
    {
        Assert.Equal(Finish.Stop, Say(Text(maxWords: 2), Prefer("a"), Prefer("dog"), Prefer("<eos>")).Finish);
        Assert.Equal(
            "sits", Say(Text(maxWords: 2), Prefer("a"), Prefer("dog"), Prefer("<because>"), Prefer("sits"), Prefer("<eos>")).Rationale);
    }

    [Fact]
    public void The_slot_ends_every_sequence()
    {
        var generation = Text(maxWords: 48, maxTokens: 3);
        List<AnswerPart> parts = [];
        var read = 0;
        while (generation.Advance(Prefer("dog"), [0, 0, 1, 1], float.NaN, parts) >= 0)
        {
            read++;
        }

        Assert.Equal(generation.MaxNewTokens, read);
        Assert.Equal(3, parts.Count);
        Assert.Equal(Finish.Length, generation.Finish().Finish);
    }

    [Fact]
    public void Special_tokens_are_never_said()
    {
        foreach (var special in (string[])["<pad>", "<unk>", "<caption>", "<here>", "<absent>", "[0]", "[1]"])
        {
            Assert.Equal("dog", Say(Text(), Prefer(special, "dog"), Prefer("<eos>")).Text);
        }
    }

    [Fact]
    public void Regions_of_the_question_can_be_named()
    {
        Assert.Equal("[0] sits", Say(Text(regions: 1), Prefer("[0]"), Prefer("[1]", "sits"), Prefer("<eos>")).Text);
    }

    [Fact]
    public void Nothing_said_is_an_empty_answer()
    {
        var said = Say(Text(), Prefer("<eos>"));

        Assert.Equal("", said.Text);
        Assert.Empty(said.Words);
        Assert.Null(said.Confidence);
        Assert.Equal(Finish.Stop, said.Finish);
    }

    [Fact]
    public void Locate_reads_its_prompt_and_is_done()
    {
        var logits = new float[_tokenizer.Count];
        Array.Fill(logits, 50);
        logits[Id("<here>")] = MathF.Log(4);
        logits[Id("<absent>")] = 0;
        var generation = new LocateGeneration([1, 2], new TokenRoles(_tokenizer, 2), new PixelGeometry(Size));
        List<AnswerPart> parts = [];

        Assert.Equal(0, generation.MaxNewTokens);
        Assert.Equal(-1, generation.Advance(logits, [0.5f, 0.1f, 0.25f, 0.9f], float.NaN, parts));

        var found = Assert.Single(generation.Finish().Regions);
        Assert.Equal(new RegionPart(0, found), Assert.Single(parts));
        Assert.Equal(0.8, found.Score, 1e-6);
        Assert.Equal(50, found.Box.X0, 1e-4);
        Assert.Equal(20, found.Box.Y0, 1e-4);
        Assert.Equal(100, found.Box.X1, 1e-4);
        Assert.Equal(100, found.Box.Y1);
    }

    private static Utterance Say(Generation generation, params float[][] steps)
    {
        foreach (var logits in steps)
        {
            generation.Advance(logits, [0, 0, 1, 1], float.NaN, []);
        }

        return generation.Finish();
    }

    private TextGeneration Text(int maxWords = 10, int maxTokens = 12, int regions = 0) =>
        new([1], maxWords, maxTokens, regions, _tokenizer, new TokenRoles(_tokenizer, 2), new PixelGeometry(Size));

    private int Id(string token) => Array.IndexOf([.. Special, .. Words], token);

    /// <summary>Logits whose order of preference is that of the tokens.</summary>
    private float[] Prefer(params string[] tokens)
    {
        var logits = new float[_tokenizer.Count];
        for (var i = 0; i < tokens.Length; i++)
        {
            logits[Id(tokens[i])] = 10 - i;
        }

        return logits;
    }
}

internal static class WrittenOutputs
{
    /// <summary>Advances a generation by outputs that a test wrote.</summary>
    public static int Advance(
        this Generation generation, ReadOnlySpan<float> logits, float[] place, float plausible, IList<AnswerPart> parts)
    {
        var outputs = new TokenOutputs(1, logits.Length, [PixelOutputs.Place, PixelOutputs.Plausible]);
        logits.CopyTo(outputs.Logits(0));
        place.CopyTo(outputs.Named(0, 0));
        outputs.Named(1, 0)[0] = plausible;
        var next = new NextToken[1];
        return generation.Advance(new StepOutputs(outputs, 0, 1), next, parts) == 0 ? -1 : next[0].Token;
    }
}
