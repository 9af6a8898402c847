using Microsoft.AspNetCore.WebUtilities;

namespace Loupe.Gateway.Problems;

/// <summary>What each kind of problem is called: to programs, to people, and in metrics.</summary>
internal sealed record ProblemNames(string Slug, string Title, string Detail)
{
    private static readonly ProblemNames Invalid = new("invalid", "The request is invalid.", "The request cannot be understood.");

    private static readonly ProblemNames Unauthorized =
        new("unauthorized", "A key is needed.", "Send a known key: Authorization: Bearer <key>.");

    private static readonly ProblemNames NotFound = new("not-found", "There is no such thing.", "Nothing is served at this address.");

    private static readonly ProblemNames TooLarge = new(
        "too-large", "The request is too large.", "The request's body is larger than is accepted.");

    private static readonly ProblemNames UnsupportedType =
        new(
            "unsupported-type", "The media type is not supported.",
            "The request's Content-Type is not accepted here; /openapi/v1.json says which are.");

    private static readonly ProblemNames Unprocessable =
        new("unprocessable", "The image cannot be used.", "The bytes are not an image that can be read.");

    private static readonly ProblemNames Overloaded =
        new("overloaded", "There is too much to do.", "The queue is too long; try again later.");

    private static readonly ProblemNames Internal =
        new("internal", "Something went wrong in the server.", "The server failed to answer; quote the request id to whoever runs it.");

    private static readonly ProblemNames Unavailable =
        new("unavailable", "The server cannot answer now.", "Nothing is ready to answer this; try again later.");

    private static readonly ProblemNames DeadlinePassed =
        new("deadline", "The deadline passed.", "The deadline passed before there was an answer.");

    public string Type => $"urn:loupe:problem:{Slug}";

    public static ProblemNames Of(ProblemKind kind) => Of((int)kind);

    public static ProblemNames Of(int status) => status switch
    {
        400 => Invalid,
        401 => Unauthorized,
        404 => NotFound,
        405 => new(
            "method-not-allowed", "The method is not allowed.",
            "The address does not take this method; the header Allow lists those it takes."),
        408 => new("request-timeout", "The request came too slowly.", "The request's body came too slowly."),
        413 => TooLarge,
        415 => UnsupportedType,
        422 => Unprocessable,
        429 => Overloaded,
        500 => Internal,
        503 => Unavailable,
        504 => DeadlinePassed,
        _ => new($"status-{status}", ReasonOf(status), ReasonOf(status)),
    };

    private static string ReasonOf(int status) =>
        ReasonPhrases.GetReasonPhrase(status) is { Length: > 0 } reason ? $"{reason}." : $"Status {status}.";
}
