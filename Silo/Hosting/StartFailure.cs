using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Gateway.Hosting;
using Microsoft.Extensions.Options;

namespace Loupe.Silo.Hosting;

/// <summary>Tells failures that an operator can mend from defects: the first are one line, the second a crash.</summary>
internal static class StartFailure
{
    /// <summary>What to tell the operator, or null for a defect.</summary>
    public static string? Explain(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case UsageException or ListenRefusedException or BundleException or DeviceException:
                    return OneLine(cause.Message);
                case OptionsValidationException invalid:
                    return $"The configuration is invalid. {string.Join(' ', invalid.Failures)}";
                case IOException or UnauthorizedAccessException or InvalidDataException or FormatException:
                    return OneLine(cause.Message);
            }
        }

        return null;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
