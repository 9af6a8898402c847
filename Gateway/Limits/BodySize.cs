using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Loupe.Gateway.Limits;

/// <summary>Replaces the server's general limit on bodies by that of an endpoint.</summary>
internal static class BodySize
{
    /// <summary>Lets a body have so many bytes, or any number of them for null.</summary>
    public static void AllowBody(this HttpContext context, long? bytes)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = bytes;
        }
    }
}
