using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Families;

public static partial class ModelLoader
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle {Name} {Version} ({Digest}) is warm on {Device}")]
    private static partial void LogLoaded(ILogger logger, string name, string version, string digest, string? device);

    [LoggerMessage(Level = LogLevel.Information, Message = "The CPU is used, since CUDA is not at hand: {Reason}")]
    private static partial void LogCpuInstead(ILogger logger, string reason);
}
