using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Loupe.Imaging.Tests.Files;

/// <summary>PNG files written chunk by chunk, so that tests can write those that no encoder would.</summary>
internal static class PngFile
{
    public const byte Grey = 0;
    public const byte Rgb = 2;
    public const byte Rgba = 6;

    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A file of one colour; <paramref name="pixel"/> is its bytes as the file holds them.</summary>
    public static byte[] Filled(int width, int height, byte colourType, byte depth, params byte[] pixel)
    {
        var row = new byte[1 + (width * pixel.Length)];
        for (var x = 0; x < width; x++)
        {
            pixel.CopyTo(row, 1 + (x * pixel.Length));
        }

        var rows = Enumerable.Repeat(row, height).SelectMany(r => r).ToArray();
        return Write(width, height, colourType, depth, rows);
    }

    /// <summary>A file that claims a size and holds next to nothing.</summary>
    public static byte[] Claiming(int width, int height) => Write(width, height, Rgb, 8, new byte[64]);

    private static byte[] Write(int width, int height, byte colourType, byte depth, byte[] rows)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        header[9] = colourType;
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return [.. Signature, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var chunk = new byte[body.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        body.CopyTo(chunk, 4);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4 + body.Length), Crc(body));
        return chunk;
    }

    private static uint Crc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }
}
