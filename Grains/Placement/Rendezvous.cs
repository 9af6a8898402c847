using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Loupe.Grains.Placement;

/// <summary>
/// Weighted rendezvous (highest random weight) hashing: every silo draws a number for the image, and the highest wins.
/// A silo's draw depends on no other silo, so one that joins takes only what it wins itself, and what one leaves goes
/// to each image's next.
/// </summary>
internal static class Rendezvous
{
    /// <summary>The silos from the image's home down.</summary>
    public static IReadOnlyList<Candidate> Order(string image, IEnumerable<Candidate> candidates) =>
        [.. candidates
            .Select(candidate => (Candidate: candidate, Score: Score(image, candidate)))
            .OrderByDescending(drawn => drawn.Score)
            .ThenBy(drawn => drawn.Candidate.Name, StringComparer.Ordinal)
            .Select(drawn => drawn.Candidate)];

    /// <summary>A silo's draw: −capacity ÷ ln(u), with u uniform in (0, 1) from the hash of image and silo.</summary>
    public static double Score(string image, Candidate candidate) => -candidate.Capacity / Math.Log(Uniform(image, candidate.Name));

    /// <summary>A number from 0 up to a limit, evenly drawn by a text's hash.</summary>
    internal static int Number(string text, int below) => (int)(Uniform(text, string.Empty) * below);

    // The first 53 bits of SHA-256 over the two texts, each behind its length; never 0 and never 1.
    private static double Uniform(string image, string silo)
    {
        var bytes = new byte[8 + Encoding.UTF8.GetByteCount(image) + Encoding.UTF8.GetByteCount(silo)];
        var end = Append(bytes, 0, image);
        Append(bytes, end, silo);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return ((BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) + 0.5) / (1UL << 53);
    }

    private static int Append(byte[] bytes, int at, string text)
    {
        var written = Encoding.UTF8.GetBytes(text, bytes.AsSpan(at + 4));
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), written);
        return at + 4 + written;
    }
}
