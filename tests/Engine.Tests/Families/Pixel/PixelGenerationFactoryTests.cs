using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class PixelGenerationFactoryTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private static readonly ImageSize Size = new(200, 100);

    private readonly IGenerationFactory _generations = fixture.Model.Generations;
    private readonly IGrammar _grammar = fixture.Model.Grammar;

    [Fact]
    public void Questions_that_read_the_same_are_the_same()
    {
        var plain = _grammar.Normalize("what is this");

        Assert.Equal(plain, _grammar.Normalize("  What IS this?! "));
        Assert.Equal(plain, _grammar.Normalize(plain));
        Assert.NotEqual(plain, _grammar.Normalize("what is that"));
        Assert.Equal(_grammar.Normalize("a qqqq"), _grammar.Normalize("a zzzz"));
    }

    [Fact]
    public void A_text_that_is_too_long_is_refused()
    {
        var refused = Assert.Throws<LocalizerException>(() => _grammar.Normalize(string.Join(' ', Enumerable.Repeat("dog", 1000))));

        Assert.Equal(ProblemKind.Invalid, refused.Problem.Kind);
        Assert.Contains("text", refused.Problem.Errors!.Keys);
    }

    [Theory]
    [InlineData(VisionTask.Answer, 5)]
    [InlineData(VisionTask.Caption, 1)]
    [InlineData(VisionTask.Narrate, 1)]
    [InlineData(VisionTask.Locate, 5)]
    public void A_prompt_is_the_tasks_own(VisionTask task, int length)
    {
        var generation = Create(task, _grammar.Normalize("what is this"));

        Assert.Equal(length, generation.Prompt.Length);
        Assert.Equal(task == VisionTask.Locate, generation.MaxNewTokens == 0);
    }

    [Fact]
    public void The_longest_question_and_answer_fit_a_slot()
    {
        var words = 0;
        var longest = "";
        while (true)
        {
            try
            {
                longest = _grammar.Normalize(string.Join(' ', Enumerable.Repeat("dog", words + 1)));
                words++;
            }
            catch (LocalizerException)
            {
                break;
            }
        }

        var generation = Create(VisionTask.Answer, longest);
        var decoder = fixture.Model.Decoder;
        Assert.True(generation.MaxNewTokens > 0);
        using var features = fixture.Features(1, out var size);
        using var prefix = fixture.Model.RegionReader.Read([new(features, ModelFixture.Whole(size))])[0];
        var filled = decoder.Load(0, prefix);
        decoder.Free(0);
        Assert.True(filled + generation.Prompt.Length + generation.MaxNewTokens <= decoder.MaxLength);
    }

    [Fact]
    public void A_task_that_is_not_decoded_is_refused() =>
        Assert.Contains("task", Assert.Throws<LocalizerException>(() => Create(VisionTask.Detect, "")).Problem.Errors!.Keys);

    private Generation Create(VisionTask task, string text) =>
        _generations.Create(new CanonicalQuestion(task, ModelFixture.Whole(Size).Regions, text, MaxWords: 48));
}
