namespace Loupe.Gateway.Problems;

/// <summary>A refusal or failure as it is written to the caller: <c>application/problem+json</c> (RFC 9457).</summary>
internal sealed record ProblemDocument
{
    public const string MediaType = "application/problem+json";

    /// <summary>Stable name of the kind of problem, for programs.</summary>
    public required string Type { get; init; }

    /// <summary>The kind of problem in words; the same for every problem of a type.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status, also where the problem travels inside a stream.</summary>
    public required int Status { get; init; }

    /// <summary>What is wrong with this request, and what to do.</summary>
    public required string Detail { get; init; }

    /// <summary>What is wrong with each field, for a 400.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; init; }

    /// <summary>Whole seconds after which a retry may succeed: the header Retry-After, for those who read no headers.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The request's id, to be quoted to whoever runs the server.</summary>
    public string? RequestId { get; init; }

    /// <summary>Writes down a problem of the contract.</summary>
    public static ProblemDocument Of(Problem problem, string? requestId = null)
    {
        var named = ProblemNames.Of(problem.Kind);
        return new()
        {
            Type = named.Type,
            Title = named.Title,
            Status = (int)problem.Kind,
            Detail = problem.Detail,
            Errors = problem.Errors,
            RetryAfter = problem.RetryAfter is { } wait ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : null,
            RequestId = requestId,
        };
    }

    /// <summary>Writes down a status that only HTTP knows, such as 405.</summary>
    public static ProblemDocument Of(int status, string? detail = null, string? requestId = null)
    {
        var named = ProblemNames.Of(status);
        return new()
        {
            Type = named.Type,
            Title = named.Title,
            Status = status,
            Detail = detail ?? named.Detail,
            RequestId = requestId,
        };
    }
}
