using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Problems;

/// <summary>
/// The one place where a failure becomes a response. Every refusal that nobody turned into a body (unknown route, wrong
/// method) and every exception becomes a problem; what an exception says of the server stays in the log.
/// </summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    private const int ClientClosedRequest = StatusCodes.Status499ClientClosedRequest;

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Whatever a read or write on a closed connection throws, nobody is left to be told.
            CallerGone(logger, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = ClientClosedRequest;
            }

            return;
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            BrokeOff(logger, exception, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            context.Abort();
            return;
        }
        catch (LocalizerException exception)
        {
            if (exception.Problem.Kind == ProblemKind.Internal)
            {
                Failed(logger, exception, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            }

            await context.WriteProblemAsync(exception.Problem);
            return;
        }
        catch (BadHttpRequestException exception)
        {
            await context.WriteProblemAsync(exception.StatusCode);
            return;
        }
        catch (Exception exception)
        {
            Failed(logger, exception, context.TraceIdentifier, context.Request.Method, context.Request.Path);
            await context.WriteProblemAsync(StatusCodes.Status500InternalServerError);
            return;
        }

        if (!context.Response.HasStarted
            && context.Response is { StatusCode: >= 400 and not ClientClosedRequest, ContentType: null, ContentLength: null or 0 })
        {
            await context.WriteProblemAsync(context.Response.StatusCode);
        }
    }
}
