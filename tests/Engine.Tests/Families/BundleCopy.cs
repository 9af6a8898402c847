using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Loupe.Engine.Tests.Families;

/// <summary>A bundle in a directory of its own, to be spoiled by a test.</summary>
internal sealed class BundleCopy : IDisposable
{
    public BundleCopy()
    {
        Folder = Directory.CreateTempSubdirectory("loupe-bundle-").FullName;
        foreach (var file in Directory.GetFiles(TestBundle.Folder))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }
    }

    public string Folder { get; }

    public string Manifest => PathOf("bundle.json");

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Changes the manifest.</summary>
    public void Edit(Action<JsonNode> change) => Edit("bundle.json", change);

    /// <summary>Changes a JSON file.</summary>
    public void Edit(string file, Action<JsonNode> change)
    {
        var node = JsonNode.Parse(File.ReadAllText(PathOf(file)))!;
        change(node);
        File.WriteAllText(PathOf(file), node.ToJsonString());
    }

    /// <summary>Makes the manifest agree with files that were changed on purpose.</summary>
    public void Seal() => Edit(manifest =>
    {
        foreach (var file in manifest["graphs"]!.AsObject().Select(g => g.Value!).Append(manifest["tokenizer"]!))
        {
            file["sha256"] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(PathOf((string)file["file"]!))));
        }
    });

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
