namespace Loupe.Grains.Keys;

/// <summary>
/// The image part of every grain key: <c>tenant/bundle digest/image id</c>. The tenant is percent-encoded, so that a
/// slash in its name cannot make it look like another's.
/// </summary>
/// <param name="Image">Whose image, and which.</param>
/// <param name="Digest">The bundle that computes; values of two bundles never mix.</param>
public readonly record struct ImageAddress(ImageKey Image, string Digest)
{
    private const char Separator = '/';

    /// <summary>Reads the image part of a key of an image, region or query grain.</summary>
    /// <exception cref="FormatException">Not such a key.</exception>
    public static ImageAddress Parse(string key)
    {
        var parts = key.Split(Separator);
        return parts.Length is 3 or 4 && ImageKey.IsId(parts[2])
            ? new ImageAddress(new ImageKey(Uri.UnescapeDataString(parts[0]), parts[2]), parts[1])
            : throw new FormatException("A grain key is tenant/digest/image or tenant/digest/image/hash.");
    }

    /// <summary>The key of a grain that belongs to this image.</summary>
    /// <param name="hash">Hash of what the grain is about, beside the image.</param>
    public string With(string hash) => $"{this}{Separator}{hash}";

    public override string ToString() => string.Join(Separator, Uri.EscapeDataString(Image.Tenant), Digest, Image.Id);
}
