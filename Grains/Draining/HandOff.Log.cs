using Microsoft.Extensions.Logging;

namespace Loupe.Grains.Draining;

public sealed partial class HandOff
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Handed over the features of {Sent} of {Total} images before leaving")]
    private partial void LogHandedOff(int sent, int total);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A silo that was to take over features was lost")]
    private partial void LogHeirLost(Exception error);
}
