using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Loupe.K8s.Tests.Manifests;

/// <summary>
/// YAML as JSON, which Kubernetes takes it for: a plain scalar may be a number, a truth or nothing, a quoted one is
/// text.
/// </summary>
internal static class Yaml
{
    /// <summary>Every document of a text.</summary>
    public static IReadOnlyList<JsonObject> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));

        // Through text, so that numbers are of whichever type they are asked for.
        return [.. stream.Documents.Select(document => JsonNode.Parse(Convert(document.RootNode)!.ToJsonString())!.AsObject())];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode map =>
            new JsonObject(
                [.. map.Children.Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value!, Convert(entry.Value)))]),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: var plain } => Plain(plain ?? string.Empty),
        YamlScalarNode { Value: var quoted } => JsonValue.Create(quoted),
        _ => throw new InvalidDataException($"{node.NodeType} is not expected."),
    };

    private static JsonNode? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
