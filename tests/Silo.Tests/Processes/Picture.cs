using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Loupe.Silo.Tests.Processes;

/// <summary>Pictures to upload: coloured rectangles on a plain ground, another for every seed.</summary>
internal static class Picture
{
    public static byte[] Png(int seed, int width = 160, int height = 120)
    {
        var random = new Random(seed);
        var pixels = new byte[height * ((width * 3) + 1)];
        var ground = new byte[3];
        random.NextBytes(ground);
        Fill(pixels, width, 0, 0, width, height, ground);
        for (var i = 0; i < 4; i++)
        {
            var colour = new byte[3];
            random.NextBytes(colour);
            var (x, y) = (random.Next(width - 20), random.Next(height - 20));
            Fill(pixels, width, x, y, Math.Min(width, x + random.Next(10, 60)), Math.Min(height, y + random.Next(10, 60)), colour);
        }

        return Encode(width, height, pixels);
    }

    /// <summary>A file that says it has so many pixels, and has hardly any bytes.</summary>
    public static byte[] Bomb(int width, int height) => Encode(width, height, new byte[1024]);

    public static string Id(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void Fill(byte[] pixels, int width, int x0, int y0, int x1, int y1, byte[] colour)
    {
        for (var y = y0; y < y1; y++)
        {
            for (var x = x0; x < x1; x++)
            {
                // Every row begins with the byte that names its filter: none.
                colour.CopyTo(pixels, (y * ((width * 3) + 1)) + 1 + (x * 3));
            }
        }
    }

    private static byte[] Encode(int width, int height, byte[] rows)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR"u8, header);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        Chunk(png, "IDAT"u8, packed.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Chunk(Stream png, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc([.. type, .. data]));
        png.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
