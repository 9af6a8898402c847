using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Florence.Making;

namespace Loupe.Bundler.Hub;

/// <summary>Told how a pull goes on.</summary>
/// <param name="Bytes">File, bytes that are here, bytes of the whole or null.</param>
/// <param name="Line">A sentence.</param>
internal sealed record PullProgress(Action<string, long, long?> Bytes, Action<string> Line);

/// <summary>
/// Fetches the files of a model, one after the other, each from where it stopped; checks every one; makes the bundle; and only
/// then lets it take its place.
/// </summary>
internal sealed class Puller(ModelStore store, IModelSource source)
{
    private const string Sums = "SHA256SUMS";
    private const string Part = ".part";
    private const string Unchecked = ".unchecked";
    private const long MostBytes = 16L << 30;
    private const long MostOfSmallFile = 64L << 20;
    private const int Piece = 1 << 20;

    private static readonly string[] Needed = ["config.json", "model.safetensors"];

    private static readonly string[] Welcome =
        ["preprocessor_config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt"];

    /// <exception cref="PullException">It cannot be had, or is not what it should be.</exception>
    /// <exception cref="BundleException">It is no model that is known.</exception>
    public async Task PullAsync(string name, PullProgress progress, CancellationToken cancellation)
    {
        if (store.Has(name))
        {
            progress.Line($"{name} was here already; ./loupe remove {name} and pull again for a newer one.");
            return;
        }

        var folder = store.PartOf(name);
        Directory.CreateDirectory(folder);
        var expected = await SumsAsync(folder, progress, cancellation);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var said = new List<string>();
        string? commit = null;
        foreach (var file in Needed.Concat(Welcome))
        {
            if (await FetchAsync(folder, file, expected, progress, cancellation) is { } fetched)
            {
                found[file] = fetched.Sha256;
                commit ??= fetched.Commit;
                if (!fetched.IsChecked)
                {
                    said.Add(file);
                }
            }
            else if (Needed.Contains(file))
            {
                throw new PullException($"{source.Name} has no {file}; it should be a Florence-2 in the publisher's layout.");
            }
        }

        progress.Line(said.Count == 0
            ? "Every file was checked."
            : $"Unchecked, for the source tells no hash: {string.Join(", ", said)}. Their hashes are remembered in {Sums}.");
        await File.WriteAllLinesAsync(Path.Combine(folder, Sums), found.Select(file => $"{file.Value}  {file.Key}"), cancellation);
        progress.Line("Writing graphs …");
        FlorenceBundler.Make(folder, folder, new FlorenceBundleOptions { Name = name });
        await File.WriteAllTextAsync(Path.Combine(folder, "CARD.md"), CardOf(name, commit, said), cancellation);
        foreach (var mark in Directory.GetFiles(folder, $"*{Unchecked}"))
        {
            File.Delete(mark);
        }

        store.Finish(name);
    }

    private async Task<Dictionary<string, string>> SumsAsync(string folder, PullProgress progress, CancellationToken cancellation)
    {
        using var remote = await source.OpenAsync(Sums, 0, cancellation);
        if (remote is null)
        {
            return [];
        }

        var path = Path.Combine(folder, Sums);
        await using (var file = File.Create(path))
        {
            await CopyAsync(remote, file, Sums, 0, MostOfSmallFile, progress, cancellation);
        }

        return (await File.ReadAllLinesAsync(path, cancellation))
            .Select(line => line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[1].TrimStart('*'), parts => parts[0].ToLowerInvariant(), StringComparer.Ordinal)
            .ToDictionary(file => file.Key, file => file.Last(), StringComparer.Ordinal);
    }

    private async Task<Fetched?> FetchAsync(
        string folder, string name, Dictionary<string, string> expected, PullProgress progress, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, name);
        var part = path + Part;
        if (File.Exists(path))
        {
            return await HashAsync(path, cancellation) is var (kept, _) && (expected.GetValueOrDefault(name) ?? kept) == kept
                ? new Fetched(kept, !File.Exists(path + Unchecked), null)
                : throw Wrong(path, name, expected[name], kept);
        }

        var here = File.Exists(part) ? new FileInfo(part).Length : 0;
        using var remote = await source.OpenAsync(name, here, cancellation);
        if (remote is null)
        {
            return null;
        }

        var most = name == Needed[1] ? MostBytes : MostOfSmallFile;
        if (remote.Length > most)
        {
            throw new PullException($"{name} is {remote.Length} bytes; at most {most} are taken for such a file.");
        }

        await using (var file = new FileStream(part, remote.From > 0 ? FileMode.Open : FileMode.Create, FileAccess.Write))
        {
            file.SetLength(remote.From);
            file.Position = remote.From;
            if (remote.From > 0 && remote.Length > remote.From)
            {
                progress.Line(
                    string.Create(CultureInfo.InvariantCulture, $"{name}: going on at {100 * remote.From / remote.Length.Value} %."));
            }

            await CopyAsync(remote, file, name, remote.From, most, progress, cancellation);
        }

        if (remote.Length is { } length && new FileInfo(part).Length != length)
        {
            throw new PullException(
                $"{name}: {new FileInfo(part).Length} of {length} bytes came. Pull again: it goes on where it stopped.");
        }

        var fetched = await CheckAsync(name, part, remote, expected, cancellation);
        File.Move(part, path, overwrite: true);
        return fetched;
    }

    private async Task<Fetched> CheckAsync(
        string name, string part, RemoteFile remote, Dictionary<string, string> expected, CancellationToken cancellation)
    {
        var (found, git) = await HashAsync(part, cancellation);
        var wanted = expected.GetValueOrDefault(name) ?? remote.Sha256;
        if ((wanted is not null && wanted != found) || (wanted is null && remote.GitHash is { } hash && hash != git))
        {
            throw Wrong(part, name, wanted ?? remote.GitHash!, wanted is null ? git : found);
        }

        var isChecked = wanted is not null || remote.GitHash is not null;
        if (!isChecked)
        {
            await File.WriteAllTextAsync(Path.ChangeExtension(part, null) + Unchecked, "", cancellation);
        }

        return new Fetched(found, isChecked, remote.Commit);
    }

    // What is wrong in the middle is not mended by going on at the end.
    private PullException Wrong(string path, string name, string wanted, string found)
    {
        File.Delete(path);
        return new(
            $"{name}: its hash should be {wanted}, found {found}. What came is thrown away; pull again, or ask whoever keeps "
                + $"{source.Name}.");
    }

    private static async Task<(string Sha256, string Git)> HashAsync(string path, CancellationToken cancellation)
    {
        await using var file = File.OpenRead(path);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        sha1.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Length}\0")));
        var piece = new byte[Piece];
        int read;
        while ((read = await file.ReadAsync(piece, cancellation)) > 0)
        {
            sha256.AppendData(piece, 0, read);
            sha1.AppendData(piece, 0, read);
        }

        return (Convert.ToHexStringLower(sha256.GetHashAndReset()), Convert.ToHexStringLower(sha1.GetHashAndReset()));
    }

    private static async Task CopyAsync(
        RemoteFile remote, Stream target, string name, long done, long most, PullProgress progress, CancellationToken cancellation)
    {
        var piece = new byte[Piece];
        int read;
        while ((read = await remote.Content.ReadAsync(piece, cancellation)) > 0)
        {
            done += read;
            if (done > most)
            {
                throw new PullException($"{name} has more than {most} bytes; no more are taken for such a file.");
            }

            await target.WriteAsync(piece.AsMemory(0, read), cancellation);
            progress.Bytes(name, done, remote.Length);
        }
    }

    private string CardOf(string name, string? commit, List<string> said) => $"""
        # {name}

        Florence-2, by Microsoft, under the MIT licence: Xiao et al., "Florence-2: Advancing a Unified Representation for a Variety
        of Vision Tasks", CVPR 2024. Weights as published{(commit is null ? "" : $", of commit {commit}")}, from {source.Name}; the graphs
        beside them were written by Loupe.

        - **Checked**: {(said.Count == 0 ? "every file by its hash" : $"all files by their hashes but {string.Join(", ", said)}, for which the source told none")}.
        - **Run**: Loupe's graphs are compared with the original's outputs on a model of toy size with random weights
          (`./loupe bundle check`). These weights were not compared with the original here.
        - **Known of the model** (its own card): trained on web pictures with machine-made annotations; it is wrong at times, and
          says of people what such pictures teach. It answers no free questions.

        """;

    private sealed record Fetched(string Sha256, bool IsChecked, string? Commit);
}
