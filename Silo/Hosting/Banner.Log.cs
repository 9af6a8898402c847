namespace Loupe.Silo.Hosting;

internal sealed partial class Banner
{
    [LoggerMessage(1, LogLevel.Information, "Loupe listens on {Addresses} (bundle {Bundle} {Digest}, device {Device}, mode {Mode})")]
    private static partial void Listening(
        ILogger logger, string addresses, string bundle, string digest, string device, string mode);
}
