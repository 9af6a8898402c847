using Microsoft.Extensions.Logging;

namespace Loupe.Grains.Load;

internal sealed partial class LoadPublisher
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "This silo's load could not be published")]
    private partial void LogNotPublished(Exception error);
}
