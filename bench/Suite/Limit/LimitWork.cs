using System.Collections.Concurrent;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Targets;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;

namespace Loupe.Bench.Suite.Limit;

/// <summary>Questions as the model sees them, and all that was computed for them so far.</summary>
internal sealed class LimitWork(ILocalizedModel model, SceneBook book) : IDisposable
{
    private readonly Canonicalizer _canonical = new(model.Grammar, int.MaxValue);

    /// <summary>Features by picture.</summary>
    public ConcurrentDictionary<int, StageValue> Features { get; } = new();

    /// <summary>Prefixes by picture and prompt.</summary>
    public ConcurrentDictionary<(int Picture, string Prompt), StageValue> Prefixes { get; } = new();

    /// <summary>A question in canonical form.</summary>
    public LimitQuestion Read(int picture, Question question)
    {
        var scene = book.SceneOf(picture);
        return new LimitQuestion(picture, _canonical.Read(question, new ImageSize(scene.Width, scene.Height)));
    }

    public LimitSequence Begin(LimitQuestion question, CanonicalQuestion asked) =>
        new(question, model.Grammar.PromptOf(asked), model.Generations.Create(asked));

    public void Dispose()
    {
        foreach (var value in Features.Values.Concat(Prefixes.Values))
        {
            value.Dispose();
        }
    }
}

/// <summary>A question about a picture, with what became of it.</summary>
internal sealed class LimitQuestion(int picture, CanonicalQuestion canonical)
{
    public int Picture => picture;

    public CanonicalQuestion Canonical => canonical;

    /// <summary>One, or one for every proposal of <c>detect</c>.</summary>
    public List<LimitSequence> Sequences { get; } = [];

    public string Said()
    {
        var said = Sequences.Select(sequence => sequence.Generation.Finish()).ToList();
        return canonical.Task == VisionTask.Detect
            ? AnswerText.Of(string.Join(", ", said.Select(one => one.Text)), null, said.Count)
            : AnswerText.Of(said[0].Text, said[0].Rationale, said[0].Regions.Count);
    }
}

/// <summary>A sequence to decode.</summary>
internal sealed record LimitSequence(LimitQuestion Question, ModelPrompt Prompt, Generation Generation)
{
    public (int, string) Prefix => (Question.Picture, Prompt.Key);
}
