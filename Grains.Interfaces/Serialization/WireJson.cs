using System.Text.Json;
using System.Text.Json.Serialization;

namespace Loupe.Grains.Serialization;

/// <summary>The types of the contract that travel between silos, as JSON generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(AnswerPart))]
[JsonSerializable(typeof(CanonicalQuestion))]
[JsonSerializable(typeof(ImageKey))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(ModelPrompt))]
internal sealed partial class WireJson : JsonSerializerContext;
