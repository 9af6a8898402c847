using System.Text.Json.Serialization;

namespace Loupe.Gateway.OpenAi;

/// <summary>A piece of an answer to a chat, as one event of its stream.</summary>
internal sealed record ChatChunk
{
    /// <summary>The same for every piece.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("object")]
    public string Object { get; init; } = "chat.completion.chunk";

    /// <summary>Seconds since 1970; the same for every piece.</summary>
    [JsonPropertyName("created")]
    public required long Created { get; init; }

    [JsonPropertyName("model")]
    public required string Model { get; init; }

    [JsonPropertyName("system_fingerprint")]
    public required string SystemFingerprint { get; init; }

    /// <summary>One; none in the piece that tells the usage.</summary>
    [JsonPropertyName("choices")]
    public required IReadOnlyList<ChunkChoice> Choices { get; init; }

    /// <summary>In the last piece, where it was asked for.</summary>
    [JsonPropertyName("usage"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChatUsage? Usage { get; init; }

    /// <summary>In the piece that has a <c>finish_reason</c>.</summary>
    [JsonPropertyName("loupe"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ChatDetails? Loupe { get; init; }
}

/// <summary>What is new of the answer.</summary>
internal sealed record ChunkChoice
{
    [JsonPropertyName("index")]
    public int Index { get; init; }

    [JsonPropertyName("delta")]
    public required ChunkDelta Delta { get; init; }

    [JsonPropertyName("logprobs")]
    public object? LogProbabilities { get; init; }

    /// <summary>Why the answer ended; null until then.</summary>
    [JsonPropertyName("finish_reason")]
    public Finish? FinishReason { get; init; }
}

/// <summary>What is new of the message.</summary>
internal sealed record ChunkDelta
{
    [JsonPropertyName("role"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonPropertyName("content"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }
}
