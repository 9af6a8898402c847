using System.Text.Json;
using System.Text.Json.Nodes;
using Loupe.Gateway.OpenAi;
using Loupe.Gateway.Questions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Loupe.Gateway.OpenApi;

/// <summary>Tells the OpenAPI document what the contract's own JSON forms are, which no type shows.</summary>
internal static class ContractDocument
{
    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Loupe",
                Version = "v1",
                Description = "Localized vision-language models: point at any part of a picture and ask. Coordinates are pixels of the "
                    + "original image, after EXIF orientation; boxes are [x0, y0, x1, y1] with exclusive right and bottom edges.",
            };
            // Addresses are relative to wherever the document was fetched from.
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            Shape(schema, context.JsonTypeInfo.Type);
            return Task.CompletedTask;
        });
    }

    private static void Shape(OpenApiSchema schema, Type type)
    {
        switch (Nullable.GetUnderlyingType(type) ?? type)
        {
            case var box when box == typeof(Box):
                Numbers(schema, 4, "A box in pixels of the original image: [x0, y0, x1, y1].");
                break;
            case var point when point == typeof(Point):
                Numbers(schema, 2, "A place in pixels of the original image: [x, y].");
                break;
            case var points when points == typeof(IReadOnlyList<Point>):
                schema.Items = new OpenApiSchema();
                Numbers((OpenApiSchema)schema.Items, 2, "[x, y]");
                break;
            case var image when image == typeof(ImageReference):
                ImageOrData(schema);
                break;
            case var content when content == typeof(MessageContent):
                TextOrParts(schema);
                break;
            case var any when any == typeof(JsonElement) || any == typeof(object):
                schema.Description = "Anything.";
                break;
            case var task when task == typeof(VisionTask):
                Names<VisionTask>(schema);
                break;
            case var priority when priority == typeof(Priority):
                Names<Priority>(schema);
                break;
            case var detail when detail == typeof(Detail) || detail == typeof(Detail?):
                Names<Detail>(schema);
                break;
        }
    }

    private static void Numbers(OpenApiSchema schema, int count, string description)
    {
        if (schema.Type == JsonSchemaType.Number)
        {
            // One of the numbers, told under the type that they make.
            return;
        }

        schema.Type = JsonSchemaType.Array;
        schema.Items = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "double" };
        schema.MinItems = count;
        schema.MaxItems = count;
        schema.Properties?.Clear();
        schema.Description = description;
    }

    private static void ImageOrData(OpenApiSchema schema)
    {
        schema.Type = null;
        schema.Properties?.Clear();
        schema.Description = "The id of an uploaded image, or the bytes of one.";
        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[0-9a-f]{64}$" },
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string> { "data" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["data"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
                },
            },
        ];
    }

    private static void TextOrParts(OpenApiSchema schema)
    {
        schema.Type = null;
        schema.Properties?.Clear();
        schema.Description = "A text, or parts: {\"type\": \"text\", \"text\": …} and {\"type\": \"image_url\", \"image_url\": {\"url\": "
            + "\"data:image/png;base64,…\"}}.";
        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String },
            new OpenApiSchema
            {
                Type = JsonSchemaType.Array,
                Items = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    Required = new HashSet<string> { "type" },
                    Properties = new Dictionary<string, IOpenApiSchema>
                    {
                        ["type"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.String,
                            Enum = [JsonValue.Create(ContentPart.TextType), JsonValue.Create(ContentPart.ImageType)],
                        },
                        ["text"] = new OpenApiSchema { Type = JsonSchemaType.String },
                        ["image_url"] = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            Required = new HashSet<string> { "url" },
                            Properties = new Dictionary<string, IOpenApiSchema>
                            {
                                ["url"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri", Pattern = "^data:" },
                            },
                        },
                    },
                },
            },
        ];
    }

    private static void Names<T>(OpenApiSchema schema)
        where T : struct, Enum
    {
        schema.Type = JsonSchemaType.String;
        schema.Enum = [.. Enum.GetValues<T>().Select(value => (JsonNode)JsonValue.Create(NamedEnumConverter<T>.NameOf(value)))];
    }
}
