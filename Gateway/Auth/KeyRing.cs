using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Auth;

/// <summary>The keys of the server, and whose they are.</summary>
internal sealed class KeyRing(IOptions<AuthOptions> options)
{
    private readonly (byte[] Hash, string Tenant)[] _keys =
        [.. options.Value.Keys.Select(key => (Convert.FromHexString(key.Sha256), key.Tenant))];

    /// <summary>Whether the server has no keys, so that everybody is the one tenant.</summary>
    public bool IsEmpty => _keys.Length == 0;

    /// <summary>Whose key it is, or null for a key that is not known.</summary>
    public string? TenantOf(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);

        // Every key is compared in full, so that the time taken says nothing of how near a guess came.
        string? tenant = null;
        foreach (var known in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(known.Hash, hash))
            {
                tenant = known.Tenant;
            }
        }

        return tenant;
    }
}
