namespace Loupe.Silo.Feeds;

internal sealed partial class FurtherSilos
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A further silo did not stop in time and was killed")]
    private partial void LogKilled();
}
