using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

/// <summary>All stages of a real bundle, one after the other.</summary>
public sealed class PixelModelTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private readonly ILocalizedModel _model = fixture.Model;

    [Theory]
    [InlineData(VisionTask.Caption, "")]
    [InlineData(VisionTask.Narrate, "")]
    [InlineData(VisionTask.Answer, "what is [0]")]
    public void A_question_is_answered_in_words_that_lie_in_the_image(VisionTask task, string text)
    {
        var (said, parts, size) = Ask(task, text);

        Assert.True(said.Words.Count <= 48);
        Assert.Equal(said.Words, parts.Cast<WordPart>().Select(p => p.Word));
        Assert.All(said.Words, word =>
        {
            Assert.InRange(word.Confidence, 0, 1);
            Assert.True(
                word.Box is { X0: >= 0, Y0: >= 0 } box
                    && box.X0 <= box.X1
                    && box.X1 <= size.Width
                    && box.Y0 <= box.Y1
                    && box.Y1 <= size.Height);
        });
        Assert.DoesNotContain("<", said.Text + said.Rationale);
    }

    [Fact]
    public void The_same_question_has_the_same_answer()
    {
        var (first, _, _) = Ask(VisionTask.Narrate, "");
        var (second, _, _) = Ask(VisionTask.Narrate, "");

        Assert.Equal(first.Text, second.Text);
        Assert.Equal(first.Words, second.Words);
    }

    [Fact]
    public void Locate_finds_one_region()
    {
        var (said, parts, size) = Ask(VisionTask.Locate, "the dog");

        var found = Assert.Single(said.Regions);
        Assert.Equal(new RegionPart(0, found), Assert.Single(parts));
        Assert.InRange(found.Score, 0, 1);
        Assert.InRange(found.Box.X1, found.Box.X0, size.Width);
        Assert.InRange(found.Box.Y1, found.Box.Y0, size.Height);
    }

    [Fact]
    public void Proposals_lie_in_the_image_best_first()
    {
        using var features = fixture.Features(7, out var size);

        var found = _model.Proposer!.Propose(features, size);

        Assert.Equal(found.Select(p => p.Score).OrderDescending(), found.Select(p => p.Score));
        Assert.All(
            found, p => Assert.True(p.Box.Area > 0 && p.Box.X0 >= 0 && p.Box.Y0 >= 0 && p.Box.X1 <= size.Width && p.Box.Y1 <= size.Height));
    }

    private (Utterance Said, List<AnswerPart> Parts, ImageSize Size) Ask(VisionTask task, string text)
    {
        using var features = fixture.Features(7, out var size);
        var prompt = ModelFixture.Prompt(size, Region.OfBox(5, 5, 50, 50));
        _model.Grammar.Check(prompt.Regions);
        using var prefix = _model.RegionReader.Read([new(features, prompt)])[0];
        var generation = _model.Generations.Create(new CanonicalQuestion(task, prompt.Regions, _model.Grammar.Normalize(text), 48));

        var decoder = _model.Decoder;
        var outputs = new TokenOutputs(1, _model.Generations.Vocabulary, decoder.Outputs);
        List<AnswerPart> parts = [];
        var next = new NextToken[1];
        var past = decoder.Load(0, prefix);
        decoder.Prefill(0, generation.Prompt.Span, past, outputs);
        for (past += generation.Prompt.Length; generation.Advance(new StepOutputs(outputs, 0, 1), next, parts) > 0; past++)
        {
            decoder.Step([new DecodeRow(0, next[0].Token, past)], outputs);
        }

        decoder.Free(0);
        return (generation.Finish(), parts, size);
    }
}
