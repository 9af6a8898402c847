using System.Text.Json;
using System.Text.Json.Serialization;
using Loupe.Engine.Families.Bundles;

namespace Loupe.Engine.Families.Florence.Making;

/// <summary>What the original said of a model: <c>expected.json</c>, beside <c>expected.safetensors</c>.</summary>
internal sealed record ExpectedOutputs
{
    public required int ImageSize { get; init; }

    public required IReadOnlyList<ExpectedCase> Cases { get; init; }

    public required IReadOnlyList<ExpectedParse> Parses { get; init; }

    public required IReadOnlyList<ExpectedTokens> Tokens { get; init; }

    /// <exception cref="BundleException">There is no such file, or it is another.</exception>
    public static ExpectedOutputs Read(string path) => File.Exists(path)
        ? JsonFile.Parse(path, File.ReadAllBytes(path), ExpectedJson.Default.ExpectedOutputs)
        : throw new BundleException(
            $"{path}: not found. Give a folder with a model, and what the original said of it in expected.json and expected.safetensors.");
}

/// <summary>A picture and a task.</summary>
/// <param name="Picture">Its file.</param>
/// <param name="Task">The task's token.</param>
/// <param name="Prompt">The sentence that is asked with.</param>
/// <param name="PromptIds">The same as tokens, begin and end included.</param>
/// <param name="Greedy">Tokens chosen greedily, start and end included.</param>
/// <param name="GreedyNgram3">The same where no three come again.</param>
/// <param name="Beams3Ngram3">Tokens of the likeliest of three answers, no three again.</param>
/// <param name="GreedyNgram3Text">What those of <paramref name="GreedyNgram3"/> say.</param>
/// <param name="Parsed">What of that is somewhere; null for tasks without places.</param>
internal sealed record ExpectedCase(
    string Picture, string Task, string Prompt, IReadOnlyList<int> PromptIds, IReadOnlyList<int> Greedy,
    [property: JsonPropertyName("greedy_ngram3")] IReadOnlyList<int> GreedyNgram3,
    [property: JsonPropertyName("beams3_ngram3")] IReadOnlyList<int> Beams3Ngram3,
    [property: JsonPropertyName("greedy_ngram3_text")] string GreedyNgram3Text, JsonElement? Parsed);

/// <summary>A sentence, and what the original's processor finds in it.</summary>
internal sealed record ExpectedParse(string Text, string Kind, IReadOnlyList<int> Size, JsonElement Parsed);

/// <summary>A text and its tokens.</summary>
internal sealed record ExpectedTokens(string Text, IReadOnlyList<int> Ids);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(ExpectedOutputs))]
internal sealed partial class ExpectedJson : JsonSerializerContext;
