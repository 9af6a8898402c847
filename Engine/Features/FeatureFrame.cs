using System.Buffers.Binary;
using System.Security.Cryptography;
using Loupe.Engine.Models;

namespace Loupe.Engine.Features;

/// <summary>
/// A value as every tier keeps it: magic, the hash of its key, number format, shape and data, and last the SHA-256 of
/// all that. So bytes that were damaged, cut, or stored under another key are never taken for the value.
/// </summary>
internal static class FeatureFrame
{
    private const int HashBytes = 32;
    private static readonly byte[] Magic = "LOUPEF1\n"u8.ToArray();

    public static byte[] Format(ValueKey key, TensorBlob blob)
    {
        var length = Magic.Length + HashBytes + 8 + (4 * blob.Shape.Count) + blob.Data.Length;
        var frame = new byte[length + HashBytes];
        Magic.CopyTo(frame, 0);
        Convert.FromHexString(key.Hash).CopyTo(frame, Magic.Length);
        var at = Magic.Length + HashBytes;
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(at), (int)blob.Type);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(at + 4), blob.Shape.Count);
        at += 8;
        foreach (var size in blob.Shape)
        {
            BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(at), size);
            at += 4;
        }

        blob.Data.Span.CopyTo(frame.AsSpan(at));
        SHA256.HashData(frame.AsSpan(0, length)).CopyTo(frame, length);
        return frame;
    }

    /// <summary>The value, or null where the frame is damaged or another key's. Its data are the frame's own memory.</summary>
    public static TensorBlob? Parse(ValueKey key, byte[] frame)
    {
        var body = frame.AsSpan(0, Math.Max(0, frame.Length - HashBytes));
        if (body.Length < Magic.Length + HashBytes + 8
            || !SHA256.HashData(body).AsSpan().SequenceEqual(frame.AsSpan(body.Length))
            || !body.StartsWith(Magic)
            || !body.Slice(Magic.Length, HashBytes).SequenceEqual(Convert.FromHexString(key.Hash)))
        {
            return null;
        }

        var at = Magic.Length + HashBytes;
        var type = (TensorType)BinaryPrimitives.ReadInt32LittleEndian(body[at..]);
        var shape = new int[BinaryPrimitives.ReadInt32LittleEndian(body[(at + 4)..])];
        at += 8;
        for (var i = 0; i < shape.Length; i++, at += 4)
        {
            shape[i] = BinaryPrimitives.ReadInt32LittleEndian(body[at..]);
        }

        return new TensorBlob(type, shape, frame.AsMemory(at, body.Length - at));
    }
}
