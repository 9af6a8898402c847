using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Loupe.Engine.Features;
using Loupe.Engine.Models;

namespace Loupe.Grains.Images;

/// <summary>Packs features for another silo, and checks on arrival that they are the ones asked for.</summary>
internal static class Transfers
{
    public static FeatureTransfer Pack(ValueKey key, TensorBlob blob)
    {
        int[] shape = [.. blob.Shape];
        return new FeatureTransfer((int)blob.Type, shape, blob.Data, Check(key, (int)blob.Type, shape, blob.Data.Span));
    }

    /// <summary>The features, or null where they are damaged or of another image, tenant or bundle.</summary>
    public static TensorBlob? Unpack(ValueKey key, FeatureTransfer transfer) =>
        transfer.Check.AsSpan().SequenceEqual(Check(key, transfer.Type, transfer.Shape, transfer.Data.Span))
            ? new TensorBlob((TensorType)transfer.Type, transfer.Shape, transfer.Data)
            : null;

    // The key's hash is over tenant, bundle and image, all behind their lengths.
    private static byte[] Check(ValueKey key, int type, int[] shape, ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(key.Hash));
        Span<byte> bytes = stackalloc byte[4];
        foreach (var number in (ReadOnlySpan<int>)[type, shape.Length, .. shape])
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            hash.AppendData(bytes);
        }

        hash.AppendData(data);
        return hash.GetHashAndReset();
    }
}
