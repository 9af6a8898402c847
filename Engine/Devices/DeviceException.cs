namespace Loupe.Engine.Devices;

/// <summary>A device that was asked for and cannot be used; the message says what to do.</summary>
public sealed class DeviceException(string message, Exception? innerException = null) : Exception(message, innerException);
