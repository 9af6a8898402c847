namespace Loupe.Engine.Models;

/// <summary>Number format of a tensor that leaves the device.</summary>
public enum TensorType
{
    Float16 = 1,
    Float32 = 2,
}

/// <summary>
/// A tensor outside the device: what the tiers keep and what crosses silos. The bytes are the value's own, bit for
/// bit (little-endian, row-major), so a value read back answers exactly as the computed one.
/// </summary>
/// <param name="Type">Number format.</param>
/// <param name="Shape">Without a batch axis.</param>
/// <param name="Data">Product of the shape × size of the type bytes.</param>
public sealed record TensorBlob(TensorType Type, IReadOnlyList<int> Shape, ReadOnlyMemory<byte> Data);
