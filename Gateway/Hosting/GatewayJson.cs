using System.Text.Json;
using System.Text.Json.Serialization;
using Loupe.Gateway.Health;
using Loupe.Gateway.Problems;

namespace Loupe.Gateway.Hosting;

/// <summary>The JSON that only the gateway writes, generated at build time.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(HealthReport))]
internal sealed partial class GatewayJson : JsonSerializerContext;
