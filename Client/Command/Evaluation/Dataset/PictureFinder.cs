namespace Loupe.Command.Evaluation.Dataset;

/// <summary>Finds the pictures that annotations name: in a given folder, else beside the file or in <c>images/</c>.</summary>
/// <param name="folder">Where the annotations are.</param>
/// <param name="images">The one folder to look in; null for beside the annotations and in <c>images/</c>.</param>
internal sealed class PictureFinder(string folder, string? images)
{
    private const string Beside = "images";

    private readonly string[] _folders = images is null ? [folder, Path.Combine(folder, Beside)] : [images];

    /// <exception cref="DatasetException">The picture is in none of the folders, or its name leads out of them.</exception>
    public string Find(string where, string name)
    {
        CheckName(where, name);
        return _folders.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists)
            ?? throw new DatasetException(
                $"{where}: there is no {name} in {string.Join(" or ", _folders)}; --images says where pictures are");
    }

    /// <summary>A dataset from elsewhere must not have any file of this machine uploaded.</summary>
    /// <exception cref="DatasetException">The name leads out of its folder.</exception>
    public static void CheckName(string where, string name)
    {
        if (string.IsNullOrWhiteSpace(name) || Path.IsPathRooted(name) || name.Split('/', '\\').Contains(".."))
        {
            throw new DatasetException($"{where}: '{name}' is no file name within the dataset");
        }
    }
}
