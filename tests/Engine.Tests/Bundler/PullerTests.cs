using System.Security.Cryptography;
using System.Text;
using Loupe.Bundler.Hub;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Tests.Families.Florence;

namespace Loupe.Engine.Tests.Bundler;

public sealed class PullerTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _root = Directory.CreateTempSubdirectory("loupe-models-").FullName;
    private readonly string _published = Directory.CreateTempSubdirectory("loupe-published-").FullName;
    private readonly HttpClient _http = new();
    private readonly List<string> _said = [];
    private readonly ModelStore _store;

    public PullerTests()
    {
        _store = new ModelStore(_root);
        foreach (var file
            in (string[])["config.json", "generation_config.json", "model.safetensors", "tokenizer.json", "vocab.json", "merges.txt"])
        {
            File.Copy(Path.Combine(TinyFlorence.Folder, file), Path.Combine(_published, file));
        }

        File.WriteAllText(Path.Combine(_published, "preprocessor_config.json"), """{ "size": { "height": 192, "width": 192 } }""");
    }

    public void Dispose()
    {
        _http.Dispose();
        Directory.Delete(_root, recursive: true);
        Directory.Delete(_published, recursive: true);
    }

    [Fact]
    public async Task A_folder_becomes_a_bundle_and_what_was_not_checked_is_said()
    {
        await PullAsync(new FolderSource(_published));
        using var model = FlorenceBundles.Open(_store.FolderOf("tiny"));
        Assert.Equal("tiny", model.Bundle.Name);
        Assert.Contains(
            _said,
            line => line.StartsWith("Unchecked", StringComparison.Ordinal) && line.Contains("model.safetensors", StringComparison.Ordinal));
        Assert.Contains(
            await HashOf("model.safetensors"), await File.ReadAllTextAsync(Path.Combine(_store.FolderOf("tiny"), "SHA256SUMS")),
            StringComparison.Ordinal);
        Assert.Contains(
            "were not compared with the original", await File.ReadAllTextAsync(Path.Combine(_store.FolderOf("tiny"), "CARD.md")),
            StringComparison.Ordinal);
        Assert.Equal("tiny", Assert.Single(_store.List()).Name);
        Assert.DoesNotContain(
            Directory.GetFiles(_store.FolderOf("tiny")),
            file => file.EndsWith(".part", StringComparison.Ordinal) || file.EndsWith(".unchecked", StringComparison.Ordinal));

        _store.Remove("tiny");
        Assert.Empty(_store.List());
        Assert.Contains("./loupe models", Assert.Throws<PullException>(() => _store.Remove("tiny")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_connection_is_resumed_and_nothing_half_written_is_served()
    {
        await using var server = await FileServer.StartAsync(_published);
        var length = (int)new FileInfo(Path.Combine(_published, "model.safetensors")).Length;
        server.BreakAfter = length * 2 / 5;
        var broken = await Assert.ThrowsAsync<PullException>(() => PullAsync(Web(server)));
        Assert.Contains("goes on where it stopped", broken.Message, StringComparison.Ordinal);
        Assert.False(_store.Has("tiny"));
        Assert.Empty(_store.List());
        var came = new FileInfo(Path.Combine(_store.PartOf("tiny"), "model.safetensors.part")).Length;
        Assert.InRange(came, 1, length * 2 / 5);

        server.BreakAfter = null;
        server.Asked.Clear();
        await PullAsync(Web(server));
        Assert.Contains($"/model.safetensors bytes={came}-", server.Asked);
        Assert.DoesNotContain("/config.json", server.Asked);
        Assert.Contains($"model.safetensors: going on at {100 * came / length} %.", _said);
        Assert.True(_store.Has("tiny"));
        Assert.Equal(
            await HashOf("model.safetensors"),
            Convert.ToHexStringLower(
                SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(_store.FolderOf("tiny"), "model.safetensors")))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flipped_byte_is_found_by_the_sums_beside_the_files_or_by_the_hub_s_own(bool bySums)
    {
        await using var server = await FileServer.StartAsync(_published);
        if (bySums)
        {
            await File.WriteAllTextAsync(
                Path.Combine(_published, "SHA256SUMS"), $"{await HashOf("model.safetensors")}  model.safetensors\n");
        }
        else
        {
            server.Headers = name =>
                name == "model.safetensors"
                    ? [("X-Linked-Etag", $"\"{HashOf(name).Result}\""), ("X-Repo-Commit", "0123abcd")]
                    : [("ETag", $"\"{GitHashOf(name)}\"")];
        }

        server.Flips = true;
        var wrong = await Assert.ThrowsAsync<PullException>(() => PullAsync(Web(server, isHub: !bySums)));
        Assert.Contains("model.safetensors: its hash should be", wrong.Message, StringComparison.Ordinal);
        Assert.False(_store.Has("tiny"));

        server.Flips = false;
        _said.Clear();
        await PullAsync(Web(server, isHub: !bySums));
        Assert.True(_store.Has("tiny"));
        if (!bySums)
        {
            Assert.Contains("Every file was checked.", _said);
            Assert.Contains(
                "of commit 0123abcd", await File.ReadAllTextAsync(Path.Combine(_store.FolderOf("tiny"), "CARD.md")),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task No_network_a_missing_file_and_a_strange_name_are_said()
    {
        var unreachable = await Assert.ThrowsAsync<PullException>(
            () => PullAsync(new WebSource(_http, new Uri("http://127.0.0.1:1/"), Patience, isHub: true)));
        Assert.Contains("127.0.0.1 cannot be reached", unreachable.Message, StringComparison.Ordinal);
        Assert.Contains("--from takes a folder; LOUPE_HUB names a mirror", unreachable.Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(_published, "config.json"));
        await using var server = await FileServer.StartAsync(_published);
        Assert.Contains(
            "has no config.json", (await Assert.ThrowsAsync<PullException>(() => PullAsync(Web(server)))).Message,
            StringComparison.Ordinal);
        Assert.Throws<PullException>(() => _store.FolderOf("../other"));
        Assert.Throws<PullException>(() => _store.FolderOf(".hidden"));
    }

    [Fact]
    public async Task Weights_that_are_no_weights_are_refused_by_name()
    {
        await File.WriteAllTextAsync(Path.Combine(_published, "model.safetensors"), "no tensors at all, but long enough");
        var refused = await Assert.ThrowsAsync<BundleException>(() => PullAsync(new FolderSource(_published)));
        Assert.Contains("model.safetensors: its header should be", refused.Message, StringComparison.Ordinal);
        Assert.False(_store.Has("tiny"));
    }

    [Fact]
    public void A_full_disk_is_said_with_what_to_do() => Assert.Contains(
        "there is no space left", PullException.Explain(new IOException("No space left on device : '/x'", 28)), StringComparison.Ordinal);

    private static string GitHashOfBytes(byte[] bytes) =>
#pragma warning disable CA5350 // Git's own hash.
        Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {bytes.Length}\0"), .. bytes]));
#pragma warning restore CA5350

    private string GitHashOf(string name) => GitHashOfBytes(File.ReadAllBytes(Path.Combine(_published, name)));

    private async Task<string> HashOf(string name) =>
        Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(_published, name))));

    private WebSource Web(FileServer server, bool isHub = false) => new(_http, new Uri(server.Url + "/"), Patience, isHub);

    private Task PullAsync(IModelSource source) =>
        new Puller(_store, source).PullAsync("tiny", new PullProgress((_, _, _) => { }, _said.Add), TestContext.Current.CancellationToken);
}
