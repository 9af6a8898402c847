using System.Security.Cryptography;

namespace Loupe.Engine.Families.Bundles;

/// <summary>Files of a bundle.</summary>
internal static class BundleFiles
{
    /// <summary>Writes a file as a whole or not at all.</summary>
    public static void Write(string folder, string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes($"{path}.part", content);
        File.Move($"{path}.part", path, overwrite: true);
    }

    /// <summary>A file as a manifest names it.</summary>
    public static BundleFile Describe(string folder, string name) => new(name, HashOf(Path.Combine(folder, name)));

    /// <summary>SHA-256 of a file's bytes, 64 hexadecimal digits.</summary>
    public static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
