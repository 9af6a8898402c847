using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe.Gateway.OpenAi;

/// <summary>
/// A chat as OpenAI's clients send it. The picture and the question are found in its messages; <c>task</c>, <c>regions</c>,
/// <c>priority</c>, <c>detail</c> and <c>deadlineMs</c> are Loupe's own, as in a question. Fields that are not named here are not read.
/// </summary>
internal sealed record ChatRequest
{
    /// <summary>The name of the bundle that is served, as <c>GET /v1/models</c> lists it.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }

    /// <summary>
    /// The conversation. One picture is in it, in any message of the user's. The last text of the user is the question;
    /// every other message is accepted and not read.
    /// </summary>
    [JsonPropertyName("messages")]
    public IReadOnlyList<ChatMessage>? Messages { get; init; }

    /// <summary>What is asked for. Default: <c>answer</c> where there is a text, <c>caption</c> where there is none.</summary>
    [JsonPropertyName("task")]
    public VisionTask? Task { get; init; }

    /// <summary>The regions that the text calls <c>[0]</c>, <c>[1]</c> …, where it has no tags.</summary>
    [JsonPropertyName("regions")]
    public IReadOnlyList<Region>? Regions { get; init; }

    /// <summary>Which questions go first when there is a queue. Default: <c>interactive</c>.</summary>
    [JsonPropertyName("priority")]
    public Priority? Priority { get; init; }

    /// <summary>How much is said, where the bundle offers a choice.</summary>
    [JsonPropertyName("detail")]
    public Detail? Detail { get; init; }

    /// <summary>Milliseconds after which the answer is worth nothing. Default: 10 000.</summary>
    [JsonPropertyName("deadlineMs")]
    public int? DeadlineMs { get; init; }

    /// <summary>Whether the answer comes word by word, as server-sent events.</summary>
    [JsonPropertyName("stream")]
    public bool? Stream { get; init; }

    [JsonPropertyName("stream_options")]
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>At most so many words in the answer. Default: 48.</summary>
    [JsonPropertyName("max_completion_tokens")]
    public int? MaxCompletionTokens { get; init; }

    /// <summary>The older name of <c>max_completion_tokens</c>.</summary>
    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    /// <summary>1: a question has one answer.</summary>
    [JsonPropertyName("n")]
    public int? N { get; init; }

    /// <summary>0 to 2. Without effect: the most probable word is always taken, so that the same question has the same answer.</summary>
    [JsonPropertyName("temperature")]
    public double? Temperature { get; init; }

    /// <summary>0 to 1. Without effect, as <c>temperature</c>.</summary>
    [JsonPropertyName("top_p")]
    public double? TopP { get; init; }

    /// <summary>0; words are not penalized.</summary>
    [JsonPropertyName("frequency_penalty")]
    public double? FrequencyPenalty { get; init; }

    /// <summary>0; words are not penalized.</summary>
    [JsonPropertyName("presence_penalty")]
    public double? PresencePenalty { get; init; }

    /// <summary>Empty; no word is preferred.</summary>
    [JsonPropertyName("logit_bias")]
    public JsonElement? LogitBias { get; init; }

    /// <summary>False; the probability of every word is in <c>loupe.words</c>.</summary>
    [JsonPropertyName("logprobs")]
    public bool? LogProbabilities { get; init; }

    /// <summary>Empty; an answer ends where the model ends it.</summary>
    [JsonPropertyName("stop")]
    public JsonElement? Stop { get; init; }

    /// <summary>Type <c>text</c>.</summary>
    [JsonPropertyName("response_format")]
    public JsonElement? ResponseFormat { get; init; }

    /// <summary>Empty; no tools are called.</summary>
    [JsonPropertyName("tools")]
    public JsonElement? Tools { get; init; }

    /// <summary>Empty; the older name of <c>tools</c>.</summary>
    [JsonPropertyName("functions")]
    public JsonElement? Functions { get; init; }

    /// <summary><c>none</c> or <c>auto</c>.</summary>
    [JsonPropertyName("tool_choice")]
    public JsonElement? ToolChoice { get; init; }

    /// <summary><c>["text"]</c>.</summary>
    [JsonPropertyName("modalities")]
    public JsonElement? Modalities { get; init; }
}

/// <summary>How a stream ends.</summary>
internal sealed record StreamOptions
{
    /// <summary>Whether one more event tells the usage.</summary>
    [JsonPropertyName("include_usage")]
    public bool? IncludeUsage { get; init; }
}

/// <summary>A message of the conversation.</summary>
internal sealed record ChatMessage
{
    /// <summary><c>user</c>, <c>assistant</c>, <c>system</c>, <c>developer</c>, <c>tool</c> or <c>function</c>.</summary>
    [JsonPropertyName("role")]
    public string? Role { get; init; }

    /// <summary>A text, or parts of type <c>text</c> and <c>image_url</c>.</summary>
    [JsonPropertyName("content")]
    public MessageContent? Content { get; init; }
}
