namespace Loupe.Gateway.Auth;

/// <summary>Who may use the server. Section <c>Auth</c> of the configuration.</summary>
public sealed class AuthOptions
{
    public const string Section = "Auth";

    /// <summary>The keys that are known. Default: none, which makes everybody the one tenant of the server.</summary>
    public IList<KeyOptions> Keys { get; } = [];
}

/// <summary>A key, known by its hash alone.</summary>
public sealed class KeyOptions
{
    /// <summary>Whose key it is; several keys may be of one tenant. Lower-case letters, digits, <c>-</c> and <c>_</c>.</summary>
    public string Tenant { get; set; } = "";

    /// <summary>SHA-256 of the key, 64 hexadecimal digits.</summary>
    public string Sha256 { get; set; } = "";
}
