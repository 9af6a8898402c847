using Loupe.Bench.History;
using Loupe.Client;

namespace Loupe.Bench.Chaos;

/// <summary>Whether what was uploaded is still there in the end.</summary>
internal static class ReadBack
{
    /// <summary>For every image that was uploaded: SHA-256 of the bytes that come now, null where none do.</summary>
    /// <param name="operations">All of a history.</param>
    /// <param name="clients">Asked in turn.</param>
    /// <param name="cancellation">Breaks off.</param>
    public static async Task<Dictionary<string, string?>> AllAsync(
        IReadOnlyList<Operation> operations, IReadOnlyList<LoupeClient> clients, CancellationToken cancellation)
    {
        Dictionary<string, string?> found = [];
        foreach (var image
            in operations.Where(operation => operation.Kind == OperationKind.Upload).Select(operation => operation.Image).Distinct())
        {
            try
            {
                found[image] = Pictures.IdOf(await clients[found.Count % clients.Count].ContentAsync(image, cancellation));
            }
            catch (LoupeException)
            {
                found[image] = null;
            }
        }

        return found;
    }
}
