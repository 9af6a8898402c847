using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Hosting;

internal sealed partial class Drain
{
    [LoggerMessage(1, LogLevel.Information, "Draining: {Running} requests still run.")]
    private static partial void Began(ILogger logger, int running);

    [LoggerMessage(2, LogLevel.Information, "Drained.")]
    private static partial void Ended(ILogger logger);

    [LoggerMessage(3, LogLevel.Warning, "The time to drain is over; {Running} requests are cut off.")]
    private static partial void GaveUp(ILogger logger, int running);
}
