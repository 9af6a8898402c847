using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Devices;

/// <summary>A device that was asked for and cannot be used; the message says what to do.</summary>
public sealed class DeviceException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>Whether an exception from a session means that the session cannot be trusted any more.</summary>
    public static bool IsFault(Exception error) => error is OnnxRuntimeException;
}
