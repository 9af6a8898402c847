using System.Text.Json.Serialization;

namespace Loupe.Gateway.OpenAi;

/// <summary>A model that is served.</summary>
internal sealed record ModelCard
{
    internal const string Field = "model";

    /// <summary>The bundle's name.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("object")]
    public string Object { get; init; } = "model";

    /// <summary>When this server began to serve it: seconds since 1970.</summary>
    [JsonPropertyName("created")]
    public required long Created { get; init; }

    [JsonPropertyName("owned_by")]
    public string OwnedBy { get; init; } = "loupe";

    /// <summary>What the bundle is and offers.</summary>
    [JsonPropertyName("loupe")]
    public required BundleDescription Loupe { get; init; }

    /// <summary>Refuses a chat with a model that is not served.</summary>
    internal static void Check(BundleDescription bundle, string? model)
    {
        if (string.IsNullOrEmpty(model))
        {
            throw LocalizerException.Invalid(Field, $"is required; this server has \"{bundle.Name}\".");
        }

        if (model != bundle.Name)
        {
            throw NotServed(bundle, model);
        }
    }

    internal static LocalizerException NotServed(BundleDescription bundle, string model) => new(new Problem
    {
        Kind = ProblemKind.NotFound,
        Detail = $"There is no model \"{(model.Length <= 100 ? model : $"{model[..100]}…")}\" here; this server has \"{bundle.Name}\".",
        Errors = new Dictionary<string, string[]> { [Field] = ["is not served."] },
    });
}

/// <summary>The models that are served: one.</summary>
internal sealed record ModelList
{
    [JsonPropertyName("object")]
    public string Object { get; init; } = "list";

    [JsonPropertyName("data")]
    public required IReadOnlyList<ModelCard> Data { get; init; }
}
