using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Models;

/// <summary>
/// What a bundle understands of a question, known from its manifest and tokenizer alone: a process without a model has it
/// too, so that every process gives a question the same canonical form. Any thread.
/// </summary>
public interface IGrammar
{
    BundleDescription Bundle { get; }

    /// <summary>The tasks that the bundle offers, and how each is done.</summary>
    IReadOnlyList<TaskPlan> Plans { get; }

    /// <summary>
    /// The text as the model reads it (case, spaces, punctuation), so that questions which the model cannot tell apart
    /// share an answer.
    /// </summary>
    /// <exception cref="LocalizerException"><see cref="ProblemKind.Invalid"/>, field <c>text</c>: too long.</exception>
    string Normalize(string text);

    /// <summary>Refuses regions that the model cannot take: too many, or more points than its prompt has slots for.</summary>
    /// <exception cref="LocalizerException"><see cref="ProblemKind.Invalid"/>, field <c>regions[k]…</c>.</exception>
    void Check(RegionPrompt prompt);

    /// <summary>
    /// What the region stage reads for a question. A family whose prefix knows nothing of task and text leaves them out, so
    /// that all questions about the same regions share it.
    /// </summary>
    ModelPrompt PromptOf(CanonicalQuestion question) => new(question.Prompt);

    /// <summary>How a task is done; null where the bundle does not offer it.</summary>
    TaskPlan? PlanOf(VisionTask task)
    {
        foreach (var plan in Plans)
        {
            if (plan.Task == task)
            {
                return plan;
            }
        }

        return null;
    }
}
