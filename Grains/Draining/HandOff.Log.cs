using Microsoft.Extensions.Logging;

namespace Loupe.Grains.Draining;

internal sealed partial class HandOff
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Handed over the features of {Sent} of {Total} images before leaving")]
    private partial void LogHandedOff(int sent, int total);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Features could not be handed over")]
    private partial void LogNotHandedOver(Exception error);
}
