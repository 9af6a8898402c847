namespace Loupe.Client;

/// <summary>A server refused or failed, or did not answer.</summary>
public sealed class LoupeException : Exception
{
    public LoupeException(Problem problem, string? requestId = null, Exception? innerException = null)
        : base(problem.Detail, innerException) => (Problem, RequestId) = (problem, requestId);

    /// <summary>
    /// What is wrong, and what to do. A status that the contract does not know (a proxy's 502) stands as its number in
    /// <see cref="Problem.Kind"/>.
    /// </summary>
    public Problem Problem { get; }

    /// <summary>By which the server's log knows the request; null where no server answered.</summary>
    public string? RequestId { get; }

    /// <summary>Whether a later try may succeed.</summary>
    public bool IsTransient => IsUnreachable || IsTransientKind(Problem.Kind);

    /// <summary>Whether nothing answered at the server's address, or what answered broke off.</summary>
    public bool IsUnreachable { get; private init; }

    internal static bool IsTransientKind(ProblemKind kind) =>
        kind is ProblemKind.Overloaded or ProblemKind.Unavailable || (int)kind is RequestTimeout or BadGateway;

    internal static LoupeException Unreachable(Uri server, HttpRequestException cause) => new(
        new Problem
        {
            Kind = ProblemKind.Unavailable,
            Detail = cause.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                ? $"Nothing answers at {server}. Is the server running? ./loupe up starts one."
                : $"The connection to {server} failed: {cause.Message}",
        },
        innerException: cause)
    {
        IsUnreachable = true,
    };

    internal static LoupeException BrokenOff(Uri server, Exception cause) => new(
        new Problem { Kind = ProblemKind.Unavailable, Detail = $"The connection to {server} broke before the answer was whole." },
        innerException: cause)
    {
        IsUnreachable = true,
    };

    internal static LoupeException TooLate(Uri server, TimeSpan limit, Exception cause) => new(
        new Problem { Kind = ProblemKind.DeadlinePassed, Detail = $"{server} gave no answer within {limit.TotalSeconds:0.###} s." },
        innerException: cause);

    internal static LoupeException NotUnderstood(Uri server, Exception cause) => new(
        new Problem
        {
            Kind = ProblemKind.Internal,
            Detail = $"{server} answered with something that a Loupe server does not say: {cause.Message}",
        },
        innerException: cause);

    private const int RequestTimeout = 408;
    private const int BadGateway = 502;
}
