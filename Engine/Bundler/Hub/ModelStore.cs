using Loupe.Engine.Families.Bundles;

namespace Loupe.Bundler.Hub;

/// <summary>A model on this machine.</summary>
internal sealed record LocalModel(string Name, string Folder, long Bytes);

/// <summary>
/// The folder of models: one folder for each. What is being fetched lies in <c>NAME.part</c> and becomes <c>NAME</c> when all of it
/// is there and checked, so that nothing half-written is ever served.
/// </summary>
internal sealed class ModelStore(string root)
{
    private const string Part = ".part";

    /// <summary>Where a model is once it is here.</summary>
    public string FolderOf(string name) => Path.Combine(root, Checked(name));

    /// <summary>Where a model is fetched to.</summary>
    public string PartOf(string name) => Path.Combine(root, Checked(name) + Part);

    public bool Has(string name) => File.Exists(Path.Combine(FolderOf(name), Bundle.ManifestName));

    public IReadOnlyList<LocalModel> List() => !Directory.Exists(root) ? [] :
    [
        .. Directory.GetDirectories(root).Order(StringComparer.Ordinal)
            .Where(folder => File.Exists(Path.Combine(folder, Bundle.ManifestName)) && !folder.EndsWith(Part, StringComparison.Ordinal))
            .Select(folder => new LocalModel(
                Path.GetFileName(folder), folder,
                new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length))),
    ];

    /// <summary>Lets what was fetched take its place.</summary>
    public void Finish(string name)
    {
        var folder = FolderOf(name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.Move(PartOf(name), folder);
    }

    /// <exception cref="PullException">It is not here.</exception>
    public void Remove(string name)
    {
        var folders = ((string[])[FolderOf(name), PartOf(name)]).Where(Directory.Exists).ToList();
        if (folders.Count == 0)
        {
            throw new PullException($"there is no '{name}' here; ./loupe models lists what is.");
        }

        folders.ForEach(folder => Directory.Delete(folder, recursive: true));
    }

    private static string Checked(string name) =>
        name.Length is > 0 and <= 64
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && name[0] != '.'
            && !name.EndsWith(Part, StringComparison.Ordinal)
            ? name
            : throw new PullException($"'{name}' is no name of a model: letters, digits, '-', '_' and '.' make one, 64 at most.");
}
