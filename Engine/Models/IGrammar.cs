namespace Loupe.Engine.Models;

/// <summary>
/// What a bundle understands of a question, known from its manifest and tokenizer alone: a process without a model has it
/// too, so that every process gives a question the same canonical form. Any thread.
/// </summary>
public interface IGrammar
{
    BundleDescription Bundle { get; }

    /// <summary>
    /// The text as the model reads it (case, spaces, punctuation), so that questions which the model cannot tell apart
    /// share an answer.
    /// </summary>
    /// <exception cref="LocalizerException"><see cref="ProblemKind.Invalid"/>, field <c>text</c>: too long.</exception>
    string Normalize(string text);

    /// <summary>Refuses regions that the model cannot take: too many, or more points than its prompt has slots for.</summary>
    /// <exception cref="LocalizerException"><see cref="ProblemKind.Invalid"/>, field <c>regions[k]…</c>.</exception>
    void Check(RegionPrompt prompt);
}
