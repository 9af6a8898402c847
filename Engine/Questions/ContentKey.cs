using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Loupe.Engine.Questions;

/// <summary>
/// SHA-256 over a list of texts, each preceded by its length, so that no two lists share a hash by running together.
/// </summary>
public static class ContentKey
{
    /// <summary>64 lower-case hexadecimal digits.</summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
