using System.Security.Cryptography;
using System.Text.Json;

namespace Loupe.Bench.Chaos;

/// <summary>What of an answer must be equal however and wherever it was computed.</summary>
internal static class Fingerprint
{
    /// <summary>SHA-256 over all but times and reuse.</summary>
    public static string Of(Answer answer) => Convert.ToHexStringLower(SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(answer with { Timing = new(), Reuse = new() }, LoupeJson.Default.Answer)));
}
