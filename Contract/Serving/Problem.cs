namespace Loupe;

/// <summary>The kinds of refusal and failure, each with its HTTP status.</summary>
public enum ProblemKind
{
    /// <summary>The request says something impossible; <see cref="Problem.Errors"/> names the fields.</summary>
    Invalid = 400,

    /// <summary>No key, or one that is not known.</summary>
    Unauthorized = 401,

    /// <summary>No such image or question.</summary>
    NotFound = 404,

    /// <summary>More bytes than are accepted.</summary>
    TooLarge = 413,

    /// <summary>Not a media type that is accepted.</summary>
    UnsupportedType = 415,

    /// <summary>Not an image, a truncated one, or one of too many pixels.</summary>
    Unprocessable = 422,

    /// <summary>The queue is longer than the deadline allows; refused before any work.</summary>
    Overloaded = 429,

    /// <summary>A defect in Loupe itself.</summary>
    Internal = 500,

    /// <summary>Nothing warm can serve this now.</summary>
    Unavailable = 503,

    /// <summary>The deadline passed; the work was cancelled.</summary>
    DeadlinePassed = 504,
}

/// <summary>A refusal or failure as told to the caller (RFC 9457).</summary>
public sealed record Problem
{
    public required ProblemKind Kind { get; init; }

    /// <summary>One sentence for a person: what is wrong and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>By field of the request, for <see cref="ProblemKind.Invalid"/>.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>After how long a retry may succeed, for overload and unavailability.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>How every implementation of <see cref="ILocalizer"/> refuses and fails.</summary>
public sealed class LocalizerException : Exception
{
    public LocalizerException(Problem problem, Exception? innerException = null)
        : base(problem.Detail, innerException) => Problem = problem;

    public Problem Problem { get; }

    public static LocalizerException Invalid(string field, string message) => new(new Problem
    {
        Kind = ProblemKind.Invalid,
        Detail = $"{field}: {message}",
        Errors = new Dictionary<string, string[]> { [field] = [message] },
    });

    public static LocalizerException Of(ProblemKind kind, string detail, TimeSpan? retryAfter = null) =>
        new(new Problem { Kind = kind, Detail = detail, RetryAfter = retryAfter });
}
