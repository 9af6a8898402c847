using Microsoft.Extensions.Logging;

namespace Loupe.Grains.Images;

public sealed partial class HomeFeatures
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Features could not be pulled from their home")]
    private partial void LogNotPulled(Exception error);
}
