using System.Text.Json;
using Loupe.Engine.Families.Bundles;

namespace Loupe.Engine.Families.Florence.Making;

/// <summary>JSON files as somebody published them.</summary>
internal static class PublishedFile
{
    private const int MaxBytes = 64 << 20;

    /// <exception cref="BundleException">It is missing, too large, or not what it should be.</exception>
    public static T Read<T>(string path, Func<JsonElement, T> read)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes)
            {
                throw new BundleException($"{path}: is larger than {MaxBytes >> 20} MiB, which such a file never is.");
            }

            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(json.RootElement);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{path}: cannot be read: {error.Message}", error);
        }
        catch (Exception error) when (
            error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException
                or ArgumentException)
        {
            throw new BundleException($"{path}: is not the file that it should be: {error.Message}", error);
        }
    }
}
