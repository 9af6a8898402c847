using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.OpenAi;

/// <summary>Which addresses speak OpenAI's shapes, errors included.</summary>
internal static class OpenAiPaths
{
    public const string Chat = "/chat/completions";
    public const string Models = "/models";

    // The last three are not served; whoever asks for them reads errors of this shape alone.
    private static readonly PathString[] Spoken = ["/v1/chat", "/v1/models", "/v1/responses", "/v1/completions", "/v1/embeddings"];

    /// <summary>Whether callers of an address expect OpenAI's shapes.</summary>
    public static bool Include(PathString path) => Array.Exists(Spoken, spoken => path.StartsWithSegments(spoken));

    /// <summary>What to tell a caller of an address of OpenAI's that is not served; null for every other.</summary>
    public static string? InsteadOf(PathString path) =>
        Include(path) && !path.StartsWithSegments("/v1/models")
            ? "Of OpenAI's API this server has POST /v1/chat/completions, GET /v1/models and GET /v1/models/{id}."
            : null;
}
