using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Loupe.Gateway.Limits;

/// <summary>Replaces the server's general limit on bodies by that of an endpoint.</summary>
internal static class BodySize
{
    // How much more than is accepted is read and thrown away, so that a caller in the middle of sending gets to read why.
    private const int Tolerance = 4;

    /// <summary>Lets a body have so many bytes, which the endpoint counts itself, or any number of them for null.</summary>
    public static void AllowBody(this HttpContext context, long? bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = bytes * Tolerance;
        }
    }
}
