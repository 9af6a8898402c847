using System.Text.Json.Serialization;
using Loupe.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.OpenAi;

/// <summary>A refusal or failure as OpenAI's clients expect it.</summary>
internal sealed record OpenAiError
{
    [JsonPropertyName("error")]
    public required OpenAiErrorBody Error { get; init; }

    internal static OpenAiError Of(ProblemDocument problem) => new()
    {
        Error = new()
        {
            Message = problem.Detail,
            Type = TypeOf(problem.Status),
            Param = problem.Errors?.Keys.FirstOrDefault() is { } field ? ParameterOf(field) : null,
            Code = CodeOf(problem),
        },
    };

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "authentication_error",
        StatusCodes.Status429TooManyRequests => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    private static string CodeOf(ProblemDocument problem) => problem.Status switch
    {
        StatusCodes.Status400BadRequest => "invalid_value",
        StatusCodes.Status401Unauthorized => "invalid_api_key",
        StatusCodes.Status404NotFound when problem.Errors?.ContainsKey(ModelCard.Field) == true => "model_not_found",
        StatusCodes.Status413PayloadTooLarge => "request_too_large",
        StatusCodes.Status422UnprocessableEntity => "invalid_image",
        StatusCodes.Status429TooManyRequests => "rate_limit_exceeded",
        _ => problem.Type[(problem.Type.LastIndexOf(':') + 1)..].Replace('-', '_'),
    };

    /// <summary>What a field of a question is called in a chat.</summary>
    private static string ParameterOf(string field) => field switch
    {
        "text" or "image" or "image.data" => "messages",
        "maxWords" => "max_completion_tokens",
        _ => field,
    };
}

/// <summary>What is wrong.</summary>
internal sealed record OpenAiErrorBody
{
    /// <summary>What is wrong with this request, and what to do.</summary>
    [JsonPropertyName("message")]
    public required string Message { get; init; }

    /// <summary><c>invalid_request_error</c>, <c>authentication_error</c>, <c>rate_limit_error</c> or <c>server_error</c>.</summary>
    [JsonPropertyName("type")]
    public required string Type { get; init; }

    /// <summary>The parameter that is wrong, where it is one.</summary>
    [JsonPropertyName("param")]
    public string? Param { get; init; }

    /// <summary>Stable name of the kind of problem, for programs.</summary>
    [JsonPropertyName("code")]
    public string? Code { get; init; }
}
