namespace Loupe.Command.Evaluation;

/// <summary>How an inquiry ended: with an answer, or with what went wrong.</summary>
internal sealed record Outcome(Inquiry Inquiry, Answer? Answer, string? Failure);
