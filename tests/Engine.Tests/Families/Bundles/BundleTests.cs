using System.Text.Json.Nodes;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Tests.Families;

namespace Loupe.Engine.Tests.Families.Bundles;

public sealed class BundleTests : IDisposable
{
    private readonly BundleCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void A_whole_bundle_has_a_digest_that_stays()
    {
        var bundle = Bundle.Load(_copy.Folder);

        Assert.Matches("^[0-9a-f]{64}$", bundle.Digest);
        Assert.Equal(bundle.Digest, Bundle.Load(TestBundle.Folder).Digest);
        Assert.Equal(_copy.PathOf("decode.onnx"), bundle.GraphPath("decode"));
    }

    [Fact]
    public void Another_manifest_or_another_file_is_another_digest()
    {
        var before = Bundle.Load(_copy.Folder).Digest;
        _copy.Edit(m => m["version"] = "9.9.9");
        var renamed = Bundle.Load(_copy.Folder).Digest;
        File.AppendAllText(_copy.PathOf("tokenizer.json"), "\n");
        _copy.Seal();

        Assert.Equal(3, new HashSet<string> { before, renamed, Bundle.Load(_copy.Folder).Digest }.Count);
    }

    [Fact]
    public void A_card_is_no_part_of_the_digest()
    {
        var before = Bundle.Load(_copy.Folder).Digest;
        File.WriteAllText(_copy.PathOf("CARD.md"), "better words");

        Assert.Equal(before, Bundle.Load(_copy.Folder).Digest);
    }

    [Fact]
    public void A_directory_that_is_not_there_is_named()
    {
        var missing = _copy.PathOf("nowhere");

        Refused(missing, missing, "no such directory", "models/scenes-mini");
    }

    [Fact]
    public void A_directory_without_a_manifest_is_named()
    {
        File.Delete(_copy.Manifest);

        Refused(_copy.Folder, _copy.Manifest, "not found", "docs/bundle.md");
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        File.Delete(_copy.PathOf("region.onnx"));

        Refused(_copy.Folder, _copy.PathOf("region.onnx"), "not found", "Copy the whole bundle again");
    }

    [Theory]
    [InlineData("encode.onnx")]
    [InlineData("tokenizer.json")]
    public void An_altered_byte_is_found(string file)
    {
        var bytes = File.ReadAllBytes(_copy.PathOf(file));
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(_copy.PathOf(file), bytes);

        Refused(_copy.Folder, _copy.PathOf(file), "SHA-256 should be", "altered or not copied whole");
    }

    [Fact]
    public void Malformed_json_is_placed()
    {
        File.WriteAllText(_copy.Manifest, "{\n \"format\": 1,\n \"name\" }");

        Refused(_copy.Folder, _copy.Manifest, "line 3");
    }

    [Theory]
    [InlineData("graphs")]
    [InlineData("family")]
    [InlineData("license")]
    public void A_missing_member_is_named(string member)
    {
        _copy.Edit(m => m.AsObject().Remove(member));

        Refused(_copy.Folder, _copy.Manifest, $"'{member}'");
    }

    [Fact]
    public void A_member_of_the_wrong_kind_is_placed()
    {
        _copy.Edit(m => m["graphs"]!["decode"]!["sha256"] = 5);

        Refused(_copy.Folder, _copy.Manifest, "$.graphs.decode.sha256");
    }

    [Fact]
    public void Null_is_no_value()
    {
        _copy.Edit(m => m["graphs"] = null);

        Refused(_copy.Folder, _copy.Manifest, "graphs");
    }

    [Fact]
    public void A_later_format_is_refused()
    {
        _copy.Edit(m => m["format"] = 2);

        Refused(_copy.Folder, _copy.Manifest, "format should be 1, found 2");
    }

    [Theory]
    [InlineData("../outside.onnx")]
    [InlineData("/etc/hostname")]
    [InlineData("..")]
    [InlineData("")]
    public void A_file_outside_the_directory_is_refused(string file)
    {
        _copy.Edit(m => m["graphs"]!["decode"] = new JsonObject { ["file"] = file, ["sha256"] = "0" });

        Refused(_copy.Folder, _copy.Manifest, $"'{file}'", "own directory");
    }

    [Fact]
    public void A_graph_that_the_family_needs_is_asked_for()
    {
        _copy.Edit(m => m["graphs"]!.AsObject().Remove("region"));
        var bundle = Bundle.Load(_copy.Folder);

        Assert.Contains("graphs.region is missing", Assert.Throws<BundleException>(() => bundle.GraphPath("region")).Message);
    }

    private static void Refused(string folder, params string[] said)
    {
        var message = Assert.Throws<BundleException>(() => Bundle.Load(folder)).Message;
        Assert.All(said, part => Assert.Contains(part, message));
    }
}
