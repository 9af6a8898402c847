using Microsoft.Extensions.Logging;

namespace Loupe.Redis;

public sealed partial class RedisLink
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis is away ({Name}: {Reason}); it is tried again until it is back")]
    private partial void LogAway(string name, string? reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back ({Name})")]
    private partial void LogBack(string name);
}
