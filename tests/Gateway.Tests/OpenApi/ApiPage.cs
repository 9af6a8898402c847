using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Loupe.Gateway.Tests.OpenApi;

/// <summary>The OpenAPI document as a page for people.</summary>
internal sealed class ApiPage(JsonElement document)
{
    private const string Head = """
        # API reference

        <!-- Written by ./loupe docs from /openapi/v1.json; what it says is mended in the docstrings of the code. -->

        A running server describes itself at `/openapi/v1.json`, from which clients in most languages can be generated; this page is that description. The [tutorial](tutorial.md) shows the API at work, [OpenAI's clients](openai.md) have a page of their own, and `/metrics` is in [operations](operations.md).

        Every response has an `x-request-id`, the caller's where it sent one. With keys configured, everything under `/v1` wants `Authorization: Bearer <key>`. 429 and 503 come with `Retry-After`. Errors are `application/problem+json`, or OpenAI's shape at the addresses for OpenAI's clients.


        """;

    private readonly StringBuilder _page = new(Head.ReplaceLineEndings("\n"));

    private JsonElement Schemas => document.GetProperty("components").GetProperty("schemas");

    public string Write()
    {
        foreach (
            var tag in document.GetProperty("paths")
                .EnumerateObject()
                .SelectMany(path => path.Value.EnumerateObject())
                .Select(Tag)
                .Distinct()
                .ToList())
        {
            Add($"## {tag}\n\n");
            foreach (var path in document.GetProperty("paths").EnumerateObject())
            {
                foreach (var operation in path.Value.EnumerateObject().Where(operation => Tag(operation) == tag))
                {
                    Operation(path.Name, operation);
                }
            }
        }

        Add("## Shapes\n\nWhat is not marked as required may be left out or be null.\n\n");
        foreach (
            var schema in Schemas.EnumerateObject()
                .Where(schema => !IsAnything(schema.Value))
                .OrderBy(schema => schema.Name, StringComparer.Ordinal))
        {
            Shape(schema.Name, schema.Value);
        }

        return _page.ToString().TrimEnd() + "\n";
    }

    private static string Tag(JsonProperty operation) => operation.Value.GetProperty("tags")[0].GetString()!;

    private void Operation(string path, JsonProperty operation)
    {
        Add($"### {operation.Name.ToUpperInvariant()} {path}\n\n{Text(operation.Value, "summary")}\n\n");
        if (Text(operation.Value, "description") is { Length: > 0 } description)
        {
            Add($"{description}\n\n");
        }

        foreach (var parameter in Items(operation.Value, "parameters"))
        {
            Add($"- `{Text(parameter, "name")}` in the {Text(parameter, "in")}: {Kind(parameter.GetProperty("schema"))}\n");
        }

        if (operation.Value.TryGetProperty("requestBody", out var body))
        {
            Add($"- takes {Contents(body)}{(Text(body, "description") is { Length: > 0 } what ? $": {what}" : "")}\n");
        }

        foreach (var response in operation.Value.GetProperty("responses").EnumerateObject()
            .OrderBy(response => response.Name, StringComparer.Ordinal)
            .GroupBy(response => Contents(response.Value)))
        {
            Add(
                $"- gives {string.Join(", ", response.Select(status => status.Name))}"
                    + $"{(response.Key.Length > 0 ? $": {response.Key}" : "")}\n");
        }

        Add("\n");
    }

    private string Contents(JsonElement holder) => holder.TryGetProperty("content", out var content)
        ? string.Join(", ", content.EnumerateObject()
            .GroupBy(media => media.Value.TryGetProperty("schema", out var schema) ? Kind(schema) : "")
            .Select(media => $"{media.Key} as {string.Join(" or ", media.Select(type => $"`{type.Name}`"))}"))
        : "";

    private void Shape(string name, JsonElement schema)
    {
        Add($"### {name}\n\n");
        if (Text(schema, "description") is { Length: > 0 } description)
        {
            Add($"{description}\n\n");
        }

        if (schema.TryGetProperty("properties", out var properties) && properties.EnumerateObject().Any())
        {
            var required = Items(schema, "required").Select(field => field.GetString()).ToHashSet();
            Add("| | | |\n|---|---|---|\n");
            foreach (var property in properties.EnumerateObject())
            {
                var about = Cell(Describe(property.Value));
                var otherwise = property.Value.TryGetProperty("default", out var value)
                    ? $"{(about.Length > 0 ? " " : "")}Default: `{value.GetRawText()}`."
                    : "";
                Add(
                    $"| `{property.Name}`{(required.Contains(property.Name) ? " (required)" : "")} | {Kind(property.Value)} | "
                        + $"{about}{otherwise} |\n");
            }

            Add("\n");
        }
        else
        {
            Add($"{Kind(schema)}\n\n");
        }
    }

    private string Describe(JsonElement schema) => IsAnything(schema) ? "" : Text(schema, "description") is { Length: > 0 } own
        ? own
        : Items(schema, "oneOf").Select(Describe).FirstOrDefault(text => text.Length > 0) ?? "";

    private string Kind(JsonElement schema)
    {
        if (Text(schema, "$ref") is { Length: > 0 } reference)
        {
            var name = reference.Split('/')[^1];
            return IsAnything(Schemas.GetProperty(name)) ? "anything" : $"[{name}](#{name.ToLowerInvariant()})";
        }

        if (schema.TryGetProperty("enum", out var names))
        {
            return string.Join(
                ", ", names.EnumerateArray().Where(value => value.ValueKind != JsonValueKind.Null).Select(value => $"`{value}`"));
        }

        if (schema.TryGetProperty("oneOf", out var choices))
        {
            return string.Join(" or ", choices.EnumerateArray().Where(choice => Text(choice, "type") != "null").Select(Kind));
        }

        var type = Type(schema);
        return type switch
        {
            "array" when schema.TryGetProperty("minItems", out var count) =>
                $"array of {count} {Plural(Kind(schema.GetProperty("items")))}",
            "array" => $"array of {Plural(Kind(schema.GetProperty("items")))}",
            "object" when schema.TryGetProperty("properties", out var properties) =>
                $"{{{string.Join(", ", properties.EnumerateObject().Select(property => $"\"{property.Name}\": {Kind(property.Value)}"))}}}",
            "string" when Text(schema, "format") is "byte" => "base64",
            "string" when Text(schema, "format") is "binary" => "bytes",
            "string" when Text(schema, "format") is "date-time" => "time",
            "" => "anything",
            _ => type,
        };
    }

    private static string Plural(string kind) => kind is "number" or "integer" or "string" or "object" ? $"{kind}s" : kind;

    private static string Type(JsonElement schema) => !schema.TryGetProperty("type", out var type)
        ? ""
        : type.ValueKind == JsonValueKind.Array
            ? type.EnumerateArray().Select(name => name.GetString()!).First(name => name != "null")
            : type.GetString()!;

    private static bool IsAnything(JsonElement schema) => Text(schema, "description") == "Anything." || !schema.EnumerateObject().Any();

    private static IEnumerable<JsonElement> Items(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var items) ? items.EnumerateArray() : [];

    private static string Text(JsonElement holder, string name) =>
        holder.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()!.ReplaceLineEndings(" ")
            : "";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private void Add(string text) => _page.Append(CultureInfo.InvariantCulture, $"{text}");
}
