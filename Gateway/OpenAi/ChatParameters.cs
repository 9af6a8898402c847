using System.Text.Json;

namespace Loupe.Gateway.OpenAi;

/// <summary>
/// Refuses what would change an answer and cannot be done. What changes nothing is accepted: answers are deterministic, so
/// a temperature has nothing to warm.
/// </summary>
internal static class ChatParameters
{
    public static void Check(ChatRequest request)
    {
        if (request.N is not (null or 1))
        {
            throw LocalizerException.Invalid("n", "can be 1 alone: a question has one answer, always the same.");
        }

        Within("temperature", request.Temperature, 0, 2);
        Within("top_p", request.TopP, 0, 1);
        Within("frequency_penalty", request.FrequencyPenalty, 0, 0);
        Within("presence_penalty", request.PresencePenalty, 0, 0);
        AtLeastOne("max_completion_tokens", request.MaxCompletionTokens);
        AtLeastOne("max_tokens", request.MaxTokens);
        Empty("logit_bias", request.LogitBias, "no word can be preferred");
        Empty("stop", request.Stop, "an answer ends where the model ends it");
        Empty("tools", request.Tools, "no tools are called");
        Empty("functions", request.Functions, "no functions are called");
        if (request.LogProbabilities == true)
        {
            throw LocalizerException.Invalid(
                "logprobs", "cannot be had; the probability of every word is in loupe.words[].confidence of the answer.");
        }

        if (!IsText(request.ResponseFormat))
        {
            throw LocalizerException.Invalid(
                "response_format", "can be {\"type\": \"text\"} alone; boxes, words and scores are in loupe of the answer.");
        }

        if (request.ToolChoice is { ValueKind: not JsonValueKind.Null } choice && !(Is(choice, "none") || Is(choice, "auto")))
        {
            throw LocalizerException.Invalid("tool_choice", "can be none or auto: no tools are called.");
        }

        if (request.Modalities is { ValueKind: JsonValueKind.Array } modalities
            && modalities.EnumerateArray().Any(modality => !Is(modality, "text")))
        {
            throw LocalizerException.Invalid("modalities", "can be [\"text\"] alone.");
        }
    }

    private static void Within(string name, double? value, double least, double most)
    {
        if (value is { } given && !(given >= least && given <= most))
        {
            throw LocalizerException.Invalid(
                name, least == most ? $"can be {least} alone: answers are deterministic." : $"is {least} to {most}.");
        }
    }

    private static void AtLeastOne(string name, int? value)
    {
        if (value < 1)
        {
            throw LocalizerException.Invalid(name, "is at least 1: it counts the words of the answer.");
        }
    }

    private static void Empty(string name, JsonElement? value, string because)
    {
        var empty = value switch
        {
            null or { ValueKind: JsonValueKind.Null } => true,
            { ValueKind: JsonValueKind.Array } array => array.GetArrayLength() == 0,
            { ValueKind: JsonValueKind.Object } map => !map.EnumerateObject().Any(),
            _ => false,
        };
        if (!empty)
        {
            throw LocalizerException.Invalid(name, $"must be empty: {because}.");
        }
    }

    private static bool IsText(JsonElement? format) => format switch
    {
        null or { ValueKind: JsonValueKind.Null } => true,
        { ValueKind: JsonValueKind.Object } given => given.TryGetProperty("type", out var type) && Is(type, "text"),
        _ => false,
    };

    private static bool Is(JsonElement element, string text) => element.ValueKind == JsonValueKind.String && element.ValueEquals(text);
}
