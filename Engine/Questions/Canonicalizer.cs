using System.Text.RegularExpressions;
using Loupe.Engine.Models;

namespace Loupe.Engine.Questions;

/// <summary>Checks a question against the bundle and the image, and brings it into canonical form.</summary>
public sealed partial class Canonicalizer(IGrammar grammar, int maxTextLength)
{
    /// <summary>The largest number a question may name; a bundle that says less at once says so with finish "length".</summary>
    public const int MaxWordsAsked = 4_096;

    public const int MinDeadlineMs = 1;
    public const int MaxDeadlineMs = 600_000;

    /// <summary>Whether a task reads the question's text.</summary>
    public static bool TakesText(VisionTask task) => task is VisionTask.Answer or VisionTask.Locate or VisionTask.Segment;

    /// <exception cref="LocalizerException"><see cref="ProblemKind.Invalid"/>, with every field that is wrong.</exception>
    public CanonicalQuestion Read(Question question, ImageSize size)
    {
        var errors = new FieldErrors();
        CheckTask(question, errors);
        CheckNumbers(question, errors);
        CheckCount(question, errors);
        var prompt = RegionCanonicalizer.Canonicalize(question.Regions, size, errors);
        var text = TakesText(question.Task) ? ReadText(question, errors) : string.Empty;
        Collect(() => grammar.Check(prompt), errors);
        errors.ThrowIfAny();
        // "At most so many" is kept by fewer; and questions that mean the same share an answer.
        return new CanonicalQuestion(question.Task, prompt, text, Math.Min(question.MaxWords, grammar.Bundle.MaxWords));
    }

    private static void Collect(Action check, FieldErrors errors)
    {
        try
        {
            check();
        }
        catch (LocalizerException error) when (error.Problem.Kind == ProblemKind.Invalid)
        {
            if (!errors.Any)
            {
                errors.Add(error.Problem);
            }
        }
    }

    private void CheckTask(Question question, FieldErrors errors)
    {
        if (!grammar.Bundle.Tasks.Contains(question.Task))
        {
            var offered = string.Join(", ", grammar.Bundle.Tasks.Select(task => task.ToString().ToLowerInvariant()));
            errors.Add("task", $"the bundle {grammar.Bundle.Name} does not offer {question.Task.ToString().ToLowerInvariant()}; it offers {offered}");
        }
    }

    private static void CheckNumbers(Question question, FieldErrors errors)
    {
        if (question.MaxWords is < 1 or > MaxWordsAsked)
        {
            errors.Add("maxWords", $"must be 1 to {MaxWordsAsked}");
        }

        if (question.DeadlineMs is < MinDeadlineMs or > MaxDeadlineMs)
        {
            errors.Add("deadlineMs", $"must be {MinDeadlineMs} to {MaxDeadlineMs} milliseconds");
        }
    }

    private void CheckCount(Question question, FieldErrors errors)
    {
        if (question.Regions.Count > grammar.Bundle.MaxRegions)
        {
            errors.Add("regions", $"{question.Regions.Count} were given; this bundle takes at most {grammar.Bundle.MaxRegions}");
        }

        if (question.Task is VisionTask.Locate or VisionTask.Detect or VisionTask.Narrate && question.Regions.Count > 0)
        {
            errors.Add("regions", $"{question.Task.ToString().ToLowerInvariant()} is about the whole image and takes none");
        }

        if (question.Task == VisionTask.Segment && question.Regions.Count > 1)
        {
            errors.Add("regions", $"{question.Regions.Count} were given; segment is about one at most");
        }
    }

    private string ReadText(Question question, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(question.Text))
        {
            if (question is { Task: VisionTask.Segment, Regions.Count: > 0 })
            {
                return string.Empty;
            }

            errors.Add("text", question.Task == VisionTask.Segment ? "segment needs one, or a region" : $"{question.Task.ToString().ToLowerInvariant()} needs one");
            return string.Empty;
        }

        if (question.Text.Length > maxTextLength)
        {
            errors.Add("text", $"has {question.Text.Length} characters; at most {maxTextLength} are read");
            return string.Empty;
        }

        foreach (Match reference in Reference().Matches(question.Text))
        {
            if (!int.TryParse(reference.Groups[1].ValueSpan, out var k) || k >= question.Regions.Count)
            {
                errors.Add("text", $"{reference.Value} refers to a region that is not given; there are {question.Regions.Count}, counted from [0]");
            }
        }

        var normalized = string.Empty;
        Collect(() => normalized = grammar.Normalize(question.Text), errors);
        if (question is { Task: VisionTask.Segment, Regions.Count: 0 } && normalized.Length == 0 && !errors.Any)
        {
            errors.Add("text", "says nothing; segment needs one that does, or a region");
        }

        return normalized;
    }

    [GeneratedRegex(@"\[(\d{1,9})\]")]
    private static partial Regex Reference();
}
