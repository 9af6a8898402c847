using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>The JSON of the contract, generated at build time: camelCase, and shared by gateway and client.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    NumberHandling = JsonNumberHandling.Strict,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ImageDescription))]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(Word))]
[JsonSerializable(typeof(FoundRegion))]
[JsonSerializable(typeof(ClusterDescription))]
[JsonSerializable(typeof(BundleDescription))]
public sealed partial class LoupeJson : JsonSerializerContext;
