using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Devices;

/// <summary>A device that was asked for and cannot be used; the message says what to do.</summary>
public sealed class DeviceException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    // ONNX Runtime's own codes, which its message begins with: what it could not do, not what it was wrongly asked.
    private static readonly string[] Faults = ["Fail", "EngineError", "RuntimeException"];

    /// <summary>
    /// Whether an exception of a device's call means that the device, its memory or its sessions cannot be trusted any more,
    /// and not that the call was a bad one.
    /// </summary>
    public static bool IsFault(Exception error) => error switch
    {
        DeviceException or OutOfMemoryException => true,
        OnnxRuntimeException ort => Array.Exists(Faults, code => ort.Message.StartsWith($"[ErrorCode:{code}]", StringComparison.Ordinal)),
        _ => false,
    };
}
