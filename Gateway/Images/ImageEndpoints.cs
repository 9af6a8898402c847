using Loupe.Gateway.Auth;
using Loupe.Gateway.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Loupe.Gateway.Images;

/// <summary>Images: added once, described, read back, forgotten.</summary>
internal static class ImageEndpoints
{
    private static readonly string[] GetOrHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapImages(this IEndpointRouteBuilder routes)
    {
        var images = routes.MapGroup("/images").WithTags("Images");

        images.MapPost("/", AddAsync)
            .WithSummary("Uploads an image; acknowledged when it is stored.")
            .Takes("An image, or a form with the image in its field 'file'.", [.. ImageUpload.MediaTypes, ImageUpload.Form])
            .Produces<ImageDescription>(StatusCodes.Status201Created)
            .Produces<ImageDescription>()
            .Refuses(400, 413, 415, 422, 503);

        images.MapPut("/{id}", PutAsync)
            .WithSummary("Uploads the image of a known id; refused when the bytes do not hash to it.")
            .Takes("An image, or a form with the image in its field 'file'.", [.. ImageUpload.MediaTypes, ImageUpload.Form])
            .Produces<ImageDescription>(StatusCodes.Status201Created)
            .Produces<ImageDescription>()
            .Refuses(400, 413, 415, 422, 503);

        images.MapMethods("/{id}", GetOrHead, DescribeAsync)
            .WithSummary("Describes an image, and says whether its features are warm.")
            .Produces<ImageDescription>()
            .Refuses(404);

        images.MapMethods("/{id}/content", GetOrHead, ReadAsync)
            .WithSummary("Gives the bytes of an image.")
            .Produces(StatusCodes.Status200OK, contentType: ImageUpload.MediaTypes[0], additionalContentTypes: ImageUpload.MediaTypes[1..])
            .Produces(StatusCodes.Status304NotModified)
            .Refuses(404);

        images.MapDelete("/{id}", ForgetAsync)
            .WithSummary("Forgets an image: bytes, features, prefixes and answers, everywhere.")
            .Produces(StatusCodes.Status204NoContent)
            .Refuses(404);
    }

    private static async Task<IResult> AddAsync(HttpContext context, ImageUpload upload, ILocalizer localizer) =>
        await StoreAsync(context, localizer, await upload.ReadAsync(context));

    private static async Task<IResult> PutAsync(string id, HttpContext context, ImageUpload upload, ILocalizer localizer) =>
        await StoreAsync(context, localizer, await upload.ReadAsync(context, id));

    private static async Task<IResult> DescribeAsync(string id, HttpContext context, ILocalizer localizer)
    {
        var image = await localizer.DescribeImageAsync(KeyOf(context, id), context.RequestAborted) ?? throw NotFound();
        context.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Json(image, LoupeJson.Default.ImageDescription);
    }

    private static async Task<IResult> ReadAsync(string id, HttpContext context, ILocalizer localizer)
    {
        var content = await localizer.ReadImageAsync(KeyOf(context, id), context.RequestAborted) ?? throw NotFound();

        // The address is the content's hash: a copy never goes stale, but it is the tenant's alone.
        context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        return TypedResults.Bytes(
            content.Bytes, content.MediaType, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{id}\""));
    }

    private static async Task<IResult> ForgetAsync(string id, HttpContext context, ILocalizer localizer) =>
        await localizer.ForgetImageAsync(KeyOf(context, id), context.RequestAborted)
            ? TypedResults.NoContent()
            : throw NotFound();

    private static async Task<IResult> StoreAsync(HttpContext context, ILocalizer localizer, ReadOnlyMemory<byte> bytes)
    {
        var stored = await localizer.AddImageAsync(context.Tenant(), bytes, context.RequestAborted);
        context.Response.Headers.Location = $"/v1/images/{stored.Image.Id}";
        return TypedResults.Json(
            stored.Image,
            LoupeJson.Default.ImageDescription,
            statusCode: stored.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static ImageKey KeyOf(HttpContext context, string id) =>
        ImageKey.IsId(id) ? new(context.Tenant(), id) : throw NotFound();

    private static LocalizerException NotFound() =>
        LocalizerException.Of(ProblemKind.NotFound, "There is no image of this id; upload it first.");
}
