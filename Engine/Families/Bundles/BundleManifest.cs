using System.Text.Json.Serialization;

namespace Loupe.Engine.Families.Bundles;

/// <summary>The part of <c>bundle.json</c> that all families share; a family reads the rest by itself.</summary>
public sealed record BundleManifest
{
    /// <summary>The only format there is so far.</summary>
    public const int CurrentFormat = 1;

    public required int Format { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>Which family of models reads the rest of the manifest.</summary>
    public required string Family { get; init; }

    public required string Description { get; init; }

    public required string License { get; init; }

    /// <summary>By the name of the stage.</summary>
    public required IReadOnlyDictionary<string, BundleFile> Graphs { get; init; }

    /// <summary>Where one file says how text becomes tokens; null where the family has it in <see cref="Files"/>, or none.</summary>
    public BundleFile? Tokenizer { get; init; }

    /// <summary>Further files, by names that the family gives them.</summary>
    public IReadOnlyDictionary<string, BundleFile>? Files { get; init; }
}

/// <summary>A file of the bundle.</summary>
/// <param name="File">Its name in the bundle's directory.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
public sealed record BundleFile(string File, string Sha256);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(BundleManifest))]
internal sealed partial class BundleJson : JsonSerializerContext;
