using System.Globalization;
using Loupe.Gateway.Auth;
using Loupe.Gateway.Hosting;
using Microsoft.AspNetCore.Http;

namespace Loupe.Gateway.Limits;

/// <summary>Refuses what is too much, before anything of the request is read, and counts the rest while it runs.</summary>
internal sealed class RequestLimitsMiddleware(RequestDelegate next, RequestsInFlight requests, RequestRate rate, Drain drain)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (drain.Begun)
        {
            context.Response.Headers.Connection = "close";
            throw Drain.Refusal();
        }

        var tenant = context.Tenant();
        if (rate.IsLimited)
        {
            var state = await rate.TakeAsync(tenant, context.RequestAborted);
            Tell(context.Response.Headers, state);
            if (!state.Admitted)
            {
                throw state.Refusal();
            }
        }

        using (requests.Enter(tenant))
        {
            await next(context);
        }
    }

    private static void Tell(IHeaderDictionary headers, RateState state)
    {
        headers["x-ratelimit-limit-requests"] = state.Limit.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-requests"] = state.Remaining.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-requests"] = string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(state.Reset.TotalSeconds)}s");
    }
}
