using System.Buffers.Binary;
using System.Security.Cryptography;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Simulated;

/// <summary>
/// Features or a prefix: one number that follows from everything it was made of, and as many bytes as it would have.
/// Only on its way to a tier or another silo it really takes that room.
/// </summary>
internal sealed class SimulatedValue(ulong state, int bytes) : StageValue
{
    public ulong State => state;

    public override long Bytes => bytes;

    public override TensorBlob ToBlob()
    {
        var data = new byte[bytes];
        BinaryPrimitives.WriteUInt64LittleEndian(data, state);
        return new TensorBlob(TensorType.Float16, [bytes / 2], data);
    }

    /// <exception cref="InvalidDataException">Not features of a simulated device of that size.</exception>
    public static SimulatedValue Import(TensorBlob blob, int bytes) =>
        blob.Type == TensorType.Float16 && blob.Data.Length == bytes && blob.Shape is [var halves] && halves == bytes / 2
            ? new(BinaryPrimitives.ReadUInt64LittleEndian(blob.Data.Span), bytes)
            : throw new InvalidDataException($"Simulated features should have {bytes} bytes, found {blob.Data.Length}.");

    /// <summary>A number that follows from a value and a text.</summary>
    public static ulong Mix(ulong state, ReadOnlySpan<byte> with)
    {
        Span<byte> start = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(start, state);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(start);
        hash.AppendData(with);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash.GetHashAndReset());
    }

    /// <summary>A number that follows from a value and a token.</summary>
    public static ulong Mix(ulong state, int token)
    {
        // The finalizer of SplitMix64.
        var mixed = state + (((ulong)(uint)token + 1) * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    protected override void Dispose(bool disposing)
    {
        // A number has nothing to free.
    }
}
