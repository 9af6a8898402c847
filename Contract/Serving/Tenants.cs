namespace Loupe;

/// <summary>Names of tenants that the server itself gives.</summary>
public static class Tenants
{
    /// <summary>The one tenant of a server without keys.</summary>
    public const string Default = "default";
}
