using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Problems;

internal sealed partial class ProblemMiddleware
{
    [LoggerMessage(1, LogLevel.Error, "Request {RequestId}: {Method} {Path} failed.")]
    private static partial void Failed(ILogger logger, Exception exception, string requestId, string method, string path);

    [LoggerMessage(
        2, LogLevel.Error, "Request {RequestId}: {Method} {Path} failed after its response had begun; the connection is closed.")]
    private static partial void BrokeOff(ILogger logger, Exception exception, string requestId, string method, string path);

    [LoggerMessage(3, LogLevel.Debug, "Request {RequestId}: {Method} {Path}: the caller hung up.")]
    private static partial void CallerGone(ILogger logger, string requestId, string method, string path);
}
