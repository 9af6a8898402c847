using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Devices;

/// <summary>A piece of a device's memory that ONNX Runtime reads and writes in place.</summary>
/// <remarks>
/// The garbage collector is not told of the bytes: they are freed by their owner within the store's budget, and every
/// collection that they would bring on finds nothing.
/// </remarks>
public sealed unsafe class DeviceBuffer : IDisposable
{
    private readonly Device _device;
    private nint _address;

    public DeviceBuffer(Device device, nint address, long bytes)
    {
        _device = device;
        _address = address;
        Bytes = bytes;
    }

    // A value that its owner forgot must not leak what the collector cannot see.
    ~DeviceBuffer() => Free();

    public long Bytes { get; }

    /// <summary>First byte. On a GPU it must not be followed by the host.</summary>
    public nint Address
    {
        get
        {
            ObjectDisposedException.ThrowIf(_address == 0, this);
            return _address;
        }
    }

    /// <summary>The content as numbers; host memory only.</summary>
    public Span<T> AsSpan<T>()
        where T : unmanaged => new((void*)Address, checked((int)(Bytes / sizeof(T))));

    /// <summary>A tensor over the buffer or a part of it. The buffer must outlive the tensor.</summary>
    /// <param name="type">Number format.</param>
    /// <param name="shape">Batch axis included.</param>
    /// <param name="offset">Bytes before the tensor.</param>
    public OrtValue Tensor(TensorElementType type, long[] shape, long offset = 0) =>
        OrtValue.CreateTensorValueWithData(_device.Memory, type, shape, (nint)(Address + offset), Bytes - offset);

    /// <summary>Copies the whole content to host or device memory.</summary>
    public void CopyTo(nint to) => _device.Copy(Address, to, Bytes);

    /// <summary>Fills the buffer, or a part of it, from host or device memory.</summary>
    public void CopyFrom(nint from, long bytes, long offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + bytes, Bytes);
        _device.Copy(from, (nint)(Address + offset), bytes);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Interlocked.Exchange(ref _address, 0) is not 0 and var address)
        {
            _device.Free(address);
        }
    }
}
