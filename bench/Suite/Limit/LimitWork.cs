using System.Collections.Concurrent;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Targets;
using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Models;
using Loupe.Engine.Questions;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Bench.Suite.Limit;

/// <summary>Questions as the graphs see them, and all that was computed for them so far.</summary>
internal sealed class LimitWork(PixelGenerationFactory generations, SceneBook book)
{
    /// <summary>Features by picture.</summary>
    public ConcurrentDictionary<int, Float16[]> Features { get; } = new();

    /// <summary>Prefixes by picture and canonical prompt.</summary>
    public ConcurrentDictionary<(int Picture, string Prompt), float[]> Prefixes { get; } = new();

    /// <summary>A question in canonical form.</summary>
    public LimitQuestion Read(int picture, Question question)
    {
        var scene = book.SceneOf(picture);
        var errors = new FieldErrors();
        var prompt = RegionCanonicalizer.Canonicalize(question.Regions, new ImageSize(scene.Width, scene.Height), errors);
        errors.ThrowIfAny();
        var text = Canonicalizer.TakesText(question.Task) ? generations.Normalize(question.Text ?? string.Empty) : string.Empty;
        return new LimitQuestion(picture, new CanonicalQuestion(question.Task, prompt, text, question.MaxWords));
    }

    public LimitSequence Begin(LimitQuestion question, CanonicalQuestion asked) => new(question, asked, generations.Create(asked));
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
internal sealed record LimitSequence(LimitQuestion Question, CanonicalQuestion Asked, Generation Generation)
{
    public (int, string) Prefix => (Question.Picture, Asked.Prompt.Canonical);
}
