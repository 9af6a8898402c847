namespace Loupe;

/// <summary>The address of an uploaded image: whose it is, and the SHA-256 of its bytes.</summary>
/// <param name="Tenant">The tenant that uploaded it; no other tenant can see or probe it.</param>
/// <param name="Id">64 lower-case hexadecimal digits.</param>
public readonly record struct ImageKey(string Tenant, string Id)
{
    public const int IdLength = 64;

    /// <summary>Whether a text has the form of an image id: 64 lower-case hexadecimal digits.</summary>
    public static bool IsId(string? text) =>
        text is { Length: IdLength } && text.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0;
}
