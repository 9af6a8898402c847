using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Loupe.Gateway.Tests.OpenApi;

public sealed class DocumentTests
{
    [Fact]
    public async Task The_document_is_valid()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var stream = new MemoryStream(await gateway.Client.GetByteArrayAsync("/openapi/v1.json"));
        var result = await OpenApiDocument.LoadAsync(stream, "json");

        Assert.Empty(result.Diagnostic!.Errors);
        Assert.Equal("Loupe", result.Document!.Info.Title);
    }

    [Fact]
    public async Task The_document_has_every_route_with_its_methods()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var paths = (await DocumentAsync(gateway)).GetProperty("paths");
        var routes = gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText is { } path && (path.StartsWith("/v1") || path.StartsWith("/health")))
            .ToArray();

        Assert.Equal(14, routes.Length);
        foreach (var route in routes)
        {
            var operations = paths.GetProperty(route.RoutePattern.RawText!.TrimEnd('/'));
            foreach (var method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var operation = operations.GetProperty(method.ToLowerInvariant());
                Assert.NotEmpty(operation.GetProperty("summary").GetString()!);
            }
        }
    }

    [Fact]
    public async Task The_schemas_show_what_the_json_is()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var document = await DocumentAsync(gateway);
        var schemas = document.GetProperty("components").GetProperty("schemas");

        var box = schemas.GetProperty("Box");
        Assert.Equal(
            ("array", 4, 4),
            (box.GetProperty("type").GetString(), box.GetProperty("minItems").GetInt32(), box.GetProperty("maxItems").GetInt32()));
        Assert.Equal("number", box.GetProperty("items").GetProperty("type").GetString());
        Assert.Equal(
            2, schemas.GetProperty("Question").GetProperty("properties").GetProperty("image").GetProperty("oneOf").GetArrayLength());
        var click = schemas.GetProperty("Region").GetProperty("properties").GetProperty("points").GetProperty("items");
        Assert.Equal(2, click.GetProperty("maxItems").GetInt32());
        Assert.Equal(
            "integer", schemas.GetProperty("Question").GetProperty("properties").GetProperty("maxWords").GetProperty("type").GetString());
        Assert.Equal(
            ["answer", "caption", "locate", "segment", "detect", "narrate", "read"],
            schemas.GetProperty("VisionTask").GetProperty("enum").EnumerateArray().Select(name => name.GetString()!));
        var ask = document.GetProperty("paths").GetProperty("/v1/questions").GetProperty("post");
        Assert.EndsWith(
            "/Question",
            ask.GetProperty("requestBody")
                .GetProperty("content")
                .GetProperty("application/json")
                .GetProperty("schema")
                .GetProperty("$ref")
                .GetString());
        foreach (var status in (string[])["200", "400", "401", "404", "413", "415", "422", "429", "503", "504"])
        {
            Assert.True(ask.GetProperty("responses").TryGetProperty(status, out _), status);
        }

        var answer = schemas.GetProperty("Answer").GetProperty("properties");
        foreach (
            var property in (string[])[
                "id", "image", "task", "text", "rationale", "words", "regions", "reuse", "timing", "model", "finish", "confidence"
            ])
        {
            Assert.True(answer.TryGetProperty(property, out _), property);
        }
    }

    private static async Task<JsonElement> DocumentAsync(GatewayUnderTest gateway)
    {
        using var response = await gateway.Client.GetAsync("/openapi/v1.json");
        return await response.JsonAsync();
    }
}
