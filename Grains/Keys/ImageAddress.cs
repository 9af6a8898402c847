namespace Loupe.Grains.Keys;

/// <summary>
/// The image part of the keys of image and region grains: <c>tenant/bundle digest/image id</c>, and <c>@silo</c> behind it
/// for the replica on a silo. Tenant and silo are percent-encoded, so that a slash in a name cannot make it look like
/// another's.
/// </summary>
/// <param name="Image">Whose image, and which.</param>
/// <param name="Digest">The bundle that computes; values of two bundles never mix.</param>
/// <param name="Silo">Name of the silo whose replica it is; null for the home's.</param>
internal readonly record struct ImageAddress(ImageKey Image, string Digest, string? Silo = null)
{
    private const char Separator = '/';
    private const char At = '@';

    /// <summary>Reads the image part of a key of an image or region grain.</summary>
    /// <exception cref="FormatException">Not such a key.</exception>
    public static ImageAddress Parse(string key)
    {
        var parts = key.Split(Separator);
        if (parts.Length is 3 or 4)
        {
            var named = parts[2].Split(At);
            if (named.Length is 1 or 2 && ImageKey.IsId(named[0]))
            {
                return new(
                    new ImageKey(Uri.UnescapeDataString(parts[0]), named[0]), parts[1], named.Length == 2
                        ? Uri.UnescapeDataString(named[1])
                        : null);
            }
        }

        throw new FormatException("A grain key is tenant/digest/image or tenant/digest/image/hash; @silo may be behind the image.");
    }

    /// <summary>The key of a grain that belongs to this image.</summary>
    /// <param name="hash">Hash of what the grain is about, beside the image.</param>
    public string With(string hash) => $"{this}{Separator}{hash}";

    public override string ToString() =>
        string.Join(
            Separator, Uri.EscapeDataString(Image.Tenant), Digest, Silo is null ? Image.Id : $"{Image.Id}{At}{Uri.EscapeDataString(Silo)}");
}
