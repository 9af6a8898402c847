using Loupe.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Loupe.Gateway.OpenApi;

/// <summary>What endpoints tell the OpenAPI document of themselves, beyond what routing knows.</summary>
internal static class Endpoints
{
    /// <summary>Says that the endpoint answers with problems of these statuses, and those that every endpoint has.</summary>
    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            endpoint.Produces<ProblemDocument>(status, ProblemDocument.MediaType);
        }

        return endpoint
            .Produces<ProblemDocument>(StatusCodes.Status401Unauthorized, ProblemDocument.MediaType)
            .Produces<ProblemDocument>(StatusCodes.Status429TooManyRequests, ProblemDocument.MediaType);
    }

    /// <summary>
    /// Says that the endpoint takes a body of bytes. The endpoint itself checks the media type, to refuse in its own
    /// words.
    /// </summary>
    public static RouteHandlerBuilder Takes(this RouteHandlerBuilder endpoint, string description, params string[] mediaTypes) =>
        endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = description,
                Content = mediaTypes.ToDictionary(
                    type => type,
                    _ => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } }),
            };
            return Task.CompletedTask;
        });
}
