using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pictures;

/// <summary>A picture as the encode graph reads it: float32 [3, S, S], normalized, in host memory.</summary>
internal sealed class PixelPicture(PicturePool pool, DeviceBuffer pixels) : PreparedPicture
{
    [SuppressMessage("Usage", "CA2213", Justification = "The pool disposes of it.")]
    private DeviceBuffer? _pixels = pixels;

    public DeviceBuffer Pixels => _pixels ?? throw new ObjectDisposedException(nameof(PixelPicture));

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _pixels, null) is { } buffer)
        {
            pool.Return(buffer);
        }
    }
}

/// <summary>Lends out buffers of one size, and keeps as many as were recently in use. Any thread.</summary>
internal sealed class PicturePool(long bytes, int kept) : IDisposable
{
    private readonly ConcurrentBag<DeviceBuffer> _free = [];
    private volatile bool _closed;

    public DeviceBuffer Rent() => _free.TryTake(out var buffer) ? buffer : CpuDevice.Instance.Allocate(bytes);

    public void Return(DeviceBuffer buffer)
    {
        if (_closed || _free.Count >= kept)
        {
            buffer.Dispose();
        }
        else
        {
            _free.Add(buffer);
        }
    }

    public void Dispose()
    {
        _closed = true;
        while (_free.TryTake(out var buffer))
        {
            buffer.Dispose();
        }
    }
}
