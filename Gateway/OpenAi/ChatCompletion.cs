using System.Text.Json.Serialization;

namespace Loupe.Gateway.OpenAi;

/// <summary>A whole answer to a chat.</summary>
internal sealed record ChatCompletion
{
    /// <summary><c>chatcmpl-</c> and the request's id.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("object")]
    public string Object { get; init; } = "chat.completion";

    /// <summary>Seconds since 1970.</summary>
    [JsonPropertyName("created")]
    public required long Created { get; init; }

    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>One answer.</summary>
    [JsonPropertyName("choices")]
    public required IReadOnlyList<ChatChoice> Choices { get; init; }

    [JsonPropertyName("usage")]
    public required ChatUsage Usage { get; init; }

    /// <summary>Changes with the bundle: the beginning of its digest.</summary>
    [JsonPropertyName("system_fingerprint")]
    public required string SystemFingerprint { get; init; }

    /// <summary>What OpenAI's shape has no place for.</summary>
    [JsonPropertyName("loupe")]
    public required ChatDetails Loupe { get; init; }
}

/// <summary>The answer.</summary>
internal sealed record ChatChoice
{
    [JsonPropertyName("index")]
    public int Index { get; init; }

    [JsonPropertyName("message")]
    public required AssistantMessage Message { get; init; }

    [JsonPropertyName("logprobs")]
    public object? LogProbabilities { get; init; }

    /// <summary>Why it ended: <c>stop</c> or <c>length</c>.</summary>
    [JsonPropertyName("finish_reason")]
    public required Finish FinishReason { get; init; }
}

/// <summary>What the model said.</summary>
internal sealed record AssistantMessage
{
    [JsonPropertyName("role")]
    public string Role { get; init; } = "assistant";

    /// <summary>
    /// The text; for <c>locate</c>, <c>segment</c> and <c>detect</c> a line for every region found, best first: its box, in
    /// the tags that questions have, and what was said of it.
    /// </summary>
    [JsonPropertyName("content")]
    public required string Content { get; init; }

    [JsonPropertyName("refusal")]
    public string? Refusal { get; init; }
}

/// <summary>What was read and said, in words. A region counts as one; a picture counts as none.</summary>
internal sealed record ChatUsage
{
    /// <summary>Words of the question, and its regions.</summary>
    [JsonPropertyName("prompt_tokens")]
    public required int PromptTokens { get; init; }

    /// <summary>Words of the answer; for tasks that find regions, the regions and the words said of them.</summary>
    [JsonPropertyName("completion_tokens")]
    public required int CompletionTokens { get; init; }

    [JsonPropertyName("total_tokens")]
    public int TotalTokens => PromptTokens + CompletionTokens;
}

/// <summary>What of the chat was asked, and all of the answer, as <c>POST /v1/questions</c> gives it.</summary>
internal sealed record ChatDetails
{
    /// <summary>What was understood of the chat.</summary>
    [JsonPropertyName("asked")]
    public required AskedQuestion Asked { get; init; }

    /// <summary>The answer's id, by which <c>GET /v1/questions/{id}</c> gives it again.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>The picture's id, by which <c>/v1/images</c> and <c>/v1/questions</c> know it.</summary>
    [JsonPropertyName("image")]
    public required string Image { get; init; }

    /// <summary>Why, where the bundle gives reasons.</summary>
    [JsonPropertyName("rationale")]
    public string? Rationale { get; init; }

    /// <summary>Every word of the answer with its place.</summary>
    [JsonPropertyName("words")]
    public required IReadOnlyList<Word> Words { get; init; }

    /// <summary>What was found, best first.</summary>
    [JsonPropertyName("regions")]
    public required IReadOnlyList<FoundRegion> Regions { get; init; }

    [JsonPropertyName("reuse")]
    public required Reuse Reuse { get; init; }

    [JsonPropertyName("timing")]
    public required Timing Timing { get; init; }

    [JsonPropertyName("model")]
    public required ModelIdentity Model { get; init; }

    /// <summary>How plausible the whole answer is, 0 to 1, where the bundle has a critic.</summary>
    [JsonPropertyName("confidence")]
    public double? Confidence { get; init; }
}

/// <summary>The question that a chat became.</summary>
internal sealed record AskedQuestion
{
    [JsonPropertyName("task")]
    public required VisionTask Task { get; init; }

    /// <summary>The question, every tag replaced by <c>[k]</c>.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>What <c>[0]</c>, <c>[1]</c> … are.</summary>
    [JsonPropertyName("regions")]
    public required IReadOnlyList<Region> Regions { get; init; }

    /// <summary>Messages of the chat that had no part in the answer.</summary>
    [JsonPropertyName("messagesNotRead")]
    public required int MessagesNotRead { get; init; }
}
