using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Devices;

/// <summary>A stage's value as one tensor in device memory.</summary>
internal sealed unsafe class DeviceTensor(DeviceBuffer buffer, TensorShape shape) : StageValue
{
    public DeviceBuffer Buffer { get; } = buffer;

    public TensorShape Shape { get; } = shape;

    public override long Bytes => Buffer.Bytes;

    public override TensorBlob ToBlob()
    {
        var data = new byte[Buffer.Bytes];
        fixed (byte* to = data)
        {
            Buffer.CopyTo((nint)to);
        }

        return new TensorBlob(Shape.Type, Shape.Dimensions, data);
    }

    /// <summary>Puts a value that was read back into device memory.</summary>
    /// <exception cref="InvalidDataException">It is of another type or shape.</exception>
    public static DeviceTensor Import(TensorBlob blob, Device device, TensorShape shape)
    {
        if (blob.Type != shape.Type || !blob.Shape.SequenceEqual(shape.Dimensions) || blob.Data.Length != shape.Bytes)
        {
            throw new InvalidDataException(
                $"The tensor should be {shape} ({shape.Bytes} bytes), found {blob.Type} [{string.Join(", ", blob.Shape)}] "
                    + $"({blob.Data.Length} bytes).");
        }

        var buffer = device.Allocate(shape.Bytes);
        fixed (byte* from = blob.Data.Span)
        {
            buffer.CopyFrom((nint)from, shape.Bytes);
        }

        return new(buffer, shape);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Buffer.Dispose();
        }
    }
}

/// <summary>Type and shape of one element of a batch.</summary>
/// <param name="Type">Number format.</param>
/// <param name="Dimensions">Without the batch axis.</param>
internal sealed record TensorShape(TensorType Type, params int[] Dimensions)
{
    public TensorElementType ElementType => Type == TensorType.Float16 ? TensorElementType.Float16 : TensorElementType.Float;

    public long Bytes { get; } = Dimensions.Aggregate(Type == TensorType.Float16 ? 2L : 4L, (bytes, d) => bytes * d);

    /// <summary>The shape of a batch of such elements.</summary>
    public long[] Batch(long rows) => [rows, .. Dimensions];

    public override string ToString() => $"{Type} [{string.Join(", ", Dimensions)}]";
}
