using Loupe.Command.Evaluation.Dataset;

namespace Loupe.Command.Evaluation.Report;

/// <summary>Makes a report of outcomes, the seen styles and the held-out one apart.</summary>
internal static class ReportBuilder
{
    public const string Seen = "seen";
    public const string HeldOut = "held-out";
    public const string All = "all";

    public static EvaluationReport Build(IReadOnlyList<EvaluationScene> scenes, IReadOnlyList<Outcome> outcomes)
    {
        var judge = new Judge(scenes);
        var cider = judge.Cider(outcomes);
        var groups = outcomes
            .GroupBy(outcome => scenes[outcome.Inquiry.Scene].HeldOut)
            .OrderBy(group => group.Key)
            .Select(group => judge.Report(NameOf(group.Key), [.. group], cider))
            .ToList();
        var failures = outcomes
            .Where(outcome => outcome.Answer is null)
            .GroupBy(outcome => outcome.Failure ?? "")
            .ToDictionary(group => group.Key, group => group.Count());
        return new(groups, failures, outcomes.FirstOrDefault(outcome => outcome.Answer is not null)?.Answer?.Model);
    }

    private static string NameOf(bool? heldOut) => heldOut switch
    {
        null => All,
        true => HeldOut,
        false => Seen,
    };
}
