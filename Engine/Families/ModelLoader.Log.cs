using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Families;

public sealed partial class ModelLoader
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Bundle {Name} {Version} ({Digest}) is warm on {Device}")]
    private partial void LogLoaded(string name, string version, string digest, string? device);

    [LoggerMessage(Level = LogLevel.Information, Message = "The CPU is used: CUDA is not at hand (the log level Debug says why)")]
    private partial void LogCpuInstead();

    [LoggerMessage(
        Level = LogLevel.Warning, Message = "The device is simulated ({Device}): nothing is computed, and the answers mean nothing")]
    private partial void LogSimulated(string? device);

    [LoggerMessage(Level = LogLevel.Debug, Message = "CUDA is not at hand: {Reason}")]
    private partial void LogNoCuda(string reason);
}
