using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Families;

public static partial class ModelLoader
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle {Name} {Version} ({Digest}) is warm on {Device}")]
    private static partial void LogLoaded(ILogger logger, string name, string version, string digest, string? device);

    [LoggerMessage(Level = LogLevel.Information, Message = "The CPU is used: CUDA is not at hand (the log level Debug says why)")]
    private static partial void LogCpuInstead(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The device is simulated ({Device}): nothing is computed, and the answers mean nothing")]
    private static partial void LogSimulated(ILogger logger, string? device);

    [LoggerMessage(Level = LogLevel.Debug, Message = "CUDA is not at hand: {Reason}")]
    private static partial void LogNoCuda(ILogger logger, string reason);
}
