using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Batches;

internal sealed partial class BatchRunner
{
    [LoggerMessage(1, LogLevel.Error, "Request {RequestId}: line {Number} of a batch failed.")]
    private static partial void LineFailed(ILogger logger, Exception exception, string requestId, int number);

    [LoggerMessage(2, LogLevel.Information, "Request {RequestId}: a batch broke off.")]
    private static partial void BrokeOff(ILogger logger, Exception exception, string requestId);
}
