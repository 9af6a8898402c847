using Loupe.Engine.Models.Questions;

namespace Loupe.Engine.Models.Plans;

/// <summary>
/// A task: what a question of it needs, how that is checked, and how it is answered over the stages. A family says which
/// plans its bundle offers, and may bring its own. Without state; any thread.
/// </summary>
public abstract class TaskPlan
{
    public abstract VisionTask Task { get; }

    /// <summary>Whether the text of a question is read; else it is no part of the question.</summary>
    public virtual bool ReadsText => false;

    /// <summary>Whether a question may do without a text, where one is read.</summary>
    public virtual bool MayBeSilent(Question question) => false;

    /// <summary>What a question lacks that has neither a text nor what would do instead.</summary>
    public virtual string Silence => $"{Task.Name} needs one";

    /// <summary>Regions that a question may have, beside what the bundle takes at most.</summary>
    public virtual int MaxRegions => int.MaxValue;

    /// <summary>How much may be said, where a question may choose.</summary>
    public virtual IReadOnlyList<Detail> Details => [];

    /// <summary>Refuses what this task cannot be asked with; text and bundle limits are checked for all tasks alike.</summary>
    public virtual void Check(Question question, FieldErrors errors)
    {
        if (question.Regions.Count > MaxRegions)
        {
            errors.Add(
                "regions",
                MaxRegions == 0
                    ? $"{Task.Name} is about the whole image and takes none"
                    : $"{question.Regions.Count} were given; {Task.Name} is about {MaxRegions} at most");
        }

        if (question.Detail is { } detail && !Details.Contains(detail))
        {
            errors.Add(
                "detail",
                Details.Count == 0
                    ? $"{Task.Name} offers no choice here; leave it out"
                    : $"can be {string.Join(", ", Details.Select(offered => offered.ToString().ToLowerInvariant()))}");
        }
    }

    /// <summary>Answers a question: by default, what the decoder says of its prompt.</summary>
    /// <param name="stages">The stages of this question, and the values it shares with others.</param>
    /// <param name="question">In canonical form.</param>
    /// <param name="emit">Told of words and regions as they become known, on any thread; must not wait.</param>
    /// <param name="cancellation">Nobody waits any more.</param>
    public virtual Task<Answered> AnswerAsync(
        IQuestionStages stages, CanonicalQuestion question, Action<AnswerPart> emit, CancellationToken cancellation) =>
        stages.SayAsync(question, emit, cancellation);
}
