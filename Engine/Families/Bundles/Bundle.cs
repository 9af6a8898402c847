using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;

namespace Loupe.Engine.Families.Bundles;

/// <summary>A bundle directory whose every file is there and is what the manifest says.</summary>
public sealed class Bundle
{
    public const string ManifestName = "bundle.json";

    private readonly byte[] _manifestBytes;

    private Bundle(string folder, byte[] manifestBytes, BundleManifest manifest, string digest)
    {
        Folder = folder;
        _manifestBytes = manifestBytes;
        Manifest = manifest;
        Digest = digest;
    }

    public string Folder { get; }

    public BundleManifest Manifest { get; }

    /// <summary>
    /// SHA-256 over the manifest's bytes and, in ordinal order of their names, every file's name and SHA-256; 64
    /// hexadecimal digits.
    /// </summary>
    public string Digest { get; }

    /// <summary>Opens a bundle and reads every file once to check it.</summary>
    /// <exception cref="BundleException">Anything is missing, malformed or altered.</exception>
    public static Bundle Load(string folder)
    {
        var path = Path.Combine(folder, ManifestName);
        if (!Directory.Exists(folder))
        {
            throw new BundleException($"{folder}: there is no such directory. Give the directory of a bundle, such as models/scenes-mini.");
        }

        if (!File.Exists(path))
        {
            throw new BundleException($"{path}: not found. A bundle is a directory with a {ManifestName}; docs/bundle.md describes it.");
        }

        var bytes = File.ReadAllBytes(path);
        var manifest = JsonFile.Parse(path, bytes, BundleJson.Default.BundleManifest);
        if (manifest.Format != BundleManifest.CurrentFormat)
        {
            throw new BundleException(
                $"{path}: format should be {BundleManifest.CurrentFormat}, found {manifest.Format}. Export the bundle anew with this "
                    + "version's training/export.");
        }

        BundleFile[] files = [
            .. manifest.Graphs.Values, .. manifest.Files?.Values ?? [],
            .. manifest.Tokenizer is { } tokenizer ? [tokenizer] : Array.Empty<BundleFile>(),
        ];
        Array.Sort(files, (a, b) => string.CompareOrdinal(a.File, b.File));
        foreach (var file in files)
        {
            Check(folder, path, file);
        }

        return new(folder, bytes, manifest, DigestOf(bytes, files));
    }

    /// <summary>Reads the manifest as a family knows it.</summary>
    /// <exception cref="BundleException">It is not as the family needs it; names the JSON path.</exception>
    public T ReadManifest<T>(JsonTypeInfo<T> type) => JsonFile.Parse(Path.Combine(Folder, ManifestName), _manifestBytes, type);

    /// <summary>Path of a graph's file.</summary>
    /// <exception cref="BundleException">The manifest names no such graph.</exception>
    public string GraphPath(string graph) => PathOf(Manifest.Graphs.GetValueOrDefault(graph), $"graphs.{graph}");

    /// <summary>Path of a further file.</summary>
    /// <exception cref="BundleException">The manifest names no such file.</exception>
    public string FilePath(string name) => PathOf(Manifest.Files?.GetValueOrDefault(name), $"files.{name}");

    /// <summary>Path of the tokenizer's one file.</summary>
    /// <exception cref="BundleException">The manifest names none.</exception>
    public string TokenizerPath => PathOf(Manifest.Tokenizer, "tokenizer");

    private string PathOf(BundleFile? file, string member) => file is not null
        ? Path.Combine(Folder, file.File)
        : throw new BundleException(
            $"{Path.Combine(Folder, ManifestName)}: {member} is missing; the {Manifest.Family} family needs it. See docs/bundle.md.");

    private static void Check(string folder, string manifest, BundleFile file)
    {
        if (file.File != Path.GetFileName(file.File) || file.File is "" or "." or "..")
        {
            throw new BundleException($"{manifest}: '{file.File}' should be the name of a file in the bundle's own directory.");
        }

        var path = Path.Combine(folder, file.File);
        if (!File.Exists(path))
        {
            throw new BundleException($"{path}: not found, though {ManifestName} names it. Copy the whole bundle again.");
        }

        var found = BundleFiles.HashOf(path);
        if (!string.Equals(found, file.Sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new BundleException(
                $"{path}: its SHA-256 should be {file.Sha256}, found {found}. The file was altered or not copied whole: copy the "
                + "bundle again, or export it anew.");
        }
    }

    private static string DigestOf(byte[] manifest, BundleFile[] files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(manifest);
        foreach (var file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{file.File}\n{file.Sha256.ToLowerInvariant()}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
