using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Devices;

public sealed class DeviceBufferTests
{
    [Fact]
    public void Host_buffers_are_aligned_for_the_widest_vectors()
    {
        using var buffer = CpuDevice.Instance.Allocate(100);

        Assert.Equal(0, buffer.Address % 64);
        Assert.Equal(100, buffer.Bytes);
        Assert.Equal(25, buffer.AsSpan<float>().Length);
    }

    [Fact]
    public void A_buffer_given_back_is_not_read()
    {
        var buffer = CpuDevice.Instance.Allocate(8);
        buffer.Dispose();
        buffer.Dispose();

        Assert.Throws<ObjectDisposedException>(() => buffer.AsSpan<byte>());
    }

    [Fact]
    public void A_copy_stays_within_the_buffer()
    {
        using var small = CpuDevice.Instance.Allocate(8);
        using var large = CpuDevice.Instance.Allocate(16);
        large.AsSpan<byte>().Fill(3);

        small.CopyFrom(large.Address, 4, offset: 4);

        Assert.Equal(3, small.AsSpan<byte>()[7]);
        Assert.Throws<ArgumentOutOfRangeException>(() => small.CopyFrom(large.Address, 8, offset: 4));
    }

    [Fact]
    public void A_tensor_comes_back_bit_for_bit()
    {
        var shape = new TensorShape(TensorType.Float16, 2, 3);
        byte[] bits = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255, 255];
        Assert.Equal(bits.Length, shape.Bytes);

        using var value = DeviceTensor.Import(new TensorBlob(TensorType.Float16, [2, 3], bits), CpuDevice.Instance, shape);

        Assert.Equal(bits, value.ToBlob().Data.ToArray());
        Assert.Equal([2, 3], value.ToBlob().Shape);
        Assert.Equal([7L, 2, 3], shape.Batch(7));
    }
}
