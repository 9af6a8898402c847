using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Batches;

internal sealed partial class BatchRunner
{
    [LoggerMessage(1, LogLevel.Error, "Line {Number} of a batch failed.")]
    private static partial void LineFailed(ILogger logger, Exception exception, int number);

    [LoggerMessage(2, LogLevel.Information, "A batch broke off.")]
    private static partial void BrokeOff(ILogger logger, Exception exception);
}
