using System.Text.RegularExpressions;
using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Models.Questions;

/// <summary>Checks a question against the bundle and the image, and brings it into canonical form.</summary>
public sealed partial class Canonicalizer(IGrammar grammar, int maxTextLength)
{
    /// <exception cref="LocalizerException"><see cref="ProblemKind.Invalid"/>, with every field that is wrong.</exception>
    public CanonicalQuestion Read(Question question, ImageSize size)
    {
        var errors = new FieldErrors();
        var plan = grammar.PlanOf(question.Task);
        if (plan is null)
        {
            var offered = string.Join(", ", grammar.Plans.Select(known => known.Task.Name));
            errors.Add("task", $"the bundle {grammar.Bundle.Name} does not offer {question.Task.Name}; it offers {offered}");
        }

        CheckNumbers(question, errors);
        if (question.Regions.Count > grammar.Bundle.MaxRegions)
        {
            errors.Add("regions", $"{question.Regions.Count} were given; this bundle takes at most {grammar.Bundle.MaxRegions}");
        }

        plan?.Check(question, errors);
        var prompt = RegionCanonicalizer.Canonicalize(question.Regions, size, errors);
        var text = plan is { ReadsText: true } ? ReadText(plan, question, errors) : string.Empty;
        Collect(() => grammar.Check(prompt), errors);
        errors.ThrowIfAny();
        // "At most so many" is kept by fewer; and questions that mean the same share an answer.
        return new CanonicalQuestion(question.Task, prompt, text, Math.Min(question.MaxWords, grammar.Bundle.MaxWords), question.Detail);
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

    private static void CheckNumbers(Question question, FieldErrors errors)
    {
        if (question.MaxWords is < 1 or > QuestionLimits.MaxWords)
        {
            errors.Add("maxWords", $"must be 1 to {QuestionLimits.MaxWords}");
        }

        if (question.DeadlineMs is < QuestionLimits.MinDeadlineMs or > QuestionLimits.MaxDeadlineMs)
        {
            errors.Add("deadlineMs", QuestionRefusals.Deadline(QuestionLimits.MaxDeadlineMs));
        }
    }

    private string ReadText(TaskPlan plan, Question question, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(question.Text))
        {
            if (!plan.MayBeSilent(question))
            {
                errors.Add("text", plan.Silence);
            }

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
                errors.Add(
                    "text",
                    $"{reference.Value} refers to a region that is not given; there are {question.Regions.Count}, counted from [0]");
            }
        }

        var normalized = string.Empty;
        Collect(() => normalized = grammar.Normalize(question.Text), errors);
        if (normalized.Length == 0 && !errors.Any && !plan.MayBeSilent(question))
        {
            errors.Add("text", $"says nothing; {plan.Silence}");
        }

        return normalized;
    }

    [GeneratedRegex(@"\[(\d{1,9})\]")]
    private static partial Regex Reference();
}
