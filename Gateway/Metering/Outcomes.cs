namespace Loupe.Gateway.Metering;

/// <summary>How a question ended, as a label.</summary>
internal static class Outcomes
{
    public const string Ok = "ok";
    public const string Cancelled = "cancelled";
    public const string Error = "error";

    /// <summary>The task of a question that could not be read.</summary>
    public const string UnknownTask = "unknown";

    public static string Of(ProblemKind kind) => kind switch
    {
        ProblemKind.Invalid => "invalid",
        ProblemKind.Unauthorized => "unauthorized",
        ProblemKind.NotFound => "not_found",
        ProblemKind.TooLarge => "too_large",
        ProblemKind.UnsupportedType => "unsupported_type",
        ProblemKind.Unprocessable => "unprocessable",
        ProblemKind.Overloaded => "overloaded",
        ProblemKind.Unavailable => "unavailable",
        ProblemKind.DeadlinePassed => "deadline",
        _ => Error,
    };
}
