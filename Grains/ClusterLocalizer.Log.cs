using Microsoft.Extensions.Logging;

namespace Loupe.Grains;

public sealed partial class ClusterLocalizer
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A silo was lost while it was asked")]
    private partial void LogSiloLost(Exception error);
}
