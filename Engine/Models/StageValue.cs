namespace Loupe.Engine.Models;

/// <summary>
/// The value of an encode or region stage (features of an image, prefix of a region prompt), where the device keeps
/// it. Only the model that made it looks inside. Immutable; disposed by the store once nobody leases it.
/// </summary>
public abstract class StageValue : IDisposable
{
    /// <summary>Device (or host) memory it holds, in bytes.</summary>
    public abstract long Bytes { get; }

    /// <summary>Copies the value off the device, bit for bit.</summary>
    public abstract TensorBlob ToBlob();

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
