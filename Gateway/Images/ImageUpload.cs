using System.Security.Cryptography;
using Loupe.Gateway.Limits;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Loupe.Gateway.Images;

/// <summary>Reads an uploaded image: the body itself, or the field <c>file</c> of a form.</summary>
internal sealed class ImageUpload(ImageLimits images, BodyBudget budget)
{
    public const string Form = "multipart/form-data";
    public const string Field = "file";

    // What a form may have beside its file: boundaries, headers, other fields.
    private const int FormOverhead = 1 << 20;
    private const int MaxBoundary = 200;

    public static readonly string[] MediaTypes = ["image/png", "image/jpeg", "image/webp"];

    private readonly int _limit = images.MaxBytes;

    /// <summary>The bytes of the image, in memory of their own.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            throw Unsupported(request.ContentType);
        }

        if (type.MediaType.Equals(Form, StringComparison.OrdinalIgnoreCase))
        {
            context.AllowBody((long)_limit + FormOverhead);
            return await ReadFormAsync(request, type, context.RequestAborted);
        }

        if (!IsImage(type))
        {
            throw Unsupported(request.ContentType);
        }

        context.AllowBody(_limit + 1L);
        using var body = await BodyBuffer.ReadAsync(request.Body, request.ContentLength, _limit, budget, context.RequestAborted);
        return Own(body);
    }

    /// <summary>Reads a body that is claimed to be the image of an id.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, string id)
    {
        var bytes = await ReadAsync(context);
        var actual = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        return actual == id
            ? bytes
            : throw LocalizerException.Of(ProblemKind.Unprocessable, $"The bytes hash to {actual}, which is not the id in the address.");
    }

    private async Task<ReadOnlyMemory<byte>> ReadFormAsync(
        HttpRequest request, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).ToString();
        if (boundary.Length is 0 or > MaxBoundary)
        {
            throw LocalizerException.Invalid("boundary", "the Content-Type of a form names its boundary, of at most 200 characters.");
        }

        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                    || !HeaderUtilities.RemoveQuotes(disposition.Name).Equals(Field, StringComparison.Ordinal))
                {
                    continue;
                }

                if (section.ContentType is { } sent
                    && !(MediaTypeHeaderValue.TryParse(sent, out var part) && (IsImage(part) || IsUntyped(part))))
                {
                    throw Unsupported(sent);
                }

                using var body = await BodyBuffer.ReadAsync(section.Body, null, _limit, budget, cancellationToken);
                return Own(body);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException and not BadHttpRequestException
            && !cancellationToken.IsCancellationRequested)
        {
            throw LocalizerException.Invalid(Field, "the form is malformed or breaks off.");
        }

        throw LocalizerException.Invalid(Field, "the form has no field of this name.");
    }

    private static bool IsImage(MediaTypeHeaderValue type) =>
        MediaTypes.Contains(type.MediaType.ToString(), StringComparer.OrdinalIgnoreCase);

    // What programs send for a file whose name they know nothing by.
    private static bool IsUntyped(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase);

    // The localizer may keep what it is given, so it gets no memory of the pool.
    private static ReadOnlyMemory<byte> Own(BodyBuffer body) => body.Bytes.ToArray();

    private static LocalizerException Unsupported(string? type) => LocalizerException.Of(
        ProblemKind.UnsupportedType,
        $"{(string.IsNullOrEmpty(type) ? "An image without a Content-Type" : "This Content-Type")} is not accepted; send "
            + $"{string.Join(", ", MediaTypes)}, or a form with the field '{Field}'.");
}
