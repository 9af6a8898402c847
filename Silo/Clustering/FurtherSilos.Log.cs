namespace Loupe.Silo.Clustering;

internal sealed partial class FurtherSilos
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A further silo did not stop in time and was killed")]
    private partial void LogKilled();

    [LoggerMessage(Level = LogLevel.Error, Message = "Further silo {Index} ended by itself with exit code {Code}; the others serve on")]
    private partial void LogEnded(int index, int code);
}
