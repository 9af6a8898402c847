using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Florence.Making;
using Loupe.Engine.Families.Onnx;

namespace Loupe.Engine.Tests.Families.Florence;

/// <summary>Folders that are not what they should be.</summary>
public sealed class PublishedFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loupe-published-").FullName;

    public PublishedFilesTests()
    {
        foreach (var file in (string[])["config.json", "model.safetensors", "tokenizer.json"])
        {
            File.Copy(Path.Combine(TinyFlorence.Folder, file), PathOf(file));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("""{"a": {"dtype": "F16", "shape": [4611686018427387904, 4], "data_offsets": [0, 8]}}""")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 4]}}""")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2, 2], "data_offsets": [8, 16]}}""")]
    [InlineData("""{"a": {"dtype": "I8", "shape": [8], "data_offsets": [0, 8]}}""")]
    [InlineData("""{"a": {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}, "a": {"dtype": "F16", "shape": [2, 2], "data_offsets": [0, 8]}}""")]
    [InlineData("""{"a": 7}""")]
    [InlineData("""{"a": """)]
    public void Tensors_that_do_not_lie_in_their_file_are_refused(string header)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, bytes.Length);
        File.WriteAllBytes(PathOf("model.safetensors"), [.. length, .. bytes, .. new byte[8]]);
        Assert.StartsWith(
            PathOf("model.safetensors"), Assert.Throws<BundleException>(() => SafeTensors.Open(PathOf("model.safetensors"))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("depths", "null")]
    [InlineData("depths", "[1, 1]")]
    [InlineData("num_heads", "[0, 2, 3, 4]")]
    [InlineData("window_size", "0")]
    [InlineData("patch_prenorm", "[]")]
    public void A_config_that_makes_no_sense_is_refused_by_name(string member, string value)
    {
        var config = JsonNode.Parse(File.ReadAllText(PathOf("config.json")))!;
        config["vision_config"]![member] = JsonNode.Parse(value);
        File.WriteAllText(PathOf("config.json"), config.ToJsonString());
        Assert.Contains("config.json", Assert.Throws<BundleException>(Make).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"size": 192}""")]
    [InlineData("""{"size": {"height": 192, "width": 96}}""")]
    [InlineData("""{"size": {"height": 1000000000, "width": 1000000000}}""")]
    public void A_size_that_is_none_is_refused(string content)
    {
        File.WriteAllText(PathOf("preprocessor_config.json"), content);
        Assert.Contains("preprocessor_config.json", Assert.Throws<BundleException>(Make).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_told_what_it_needs()
    {
        File.Delete(PathOf("tokenizer.json"));
        Assert.Contains(
            "vocab.json and merges.txt, or tokenizer.json", Assert.Throws<BundleException>(Make).Message, StringComparison.Ordinal);
    }

    private void Make() => FlorenceBundler.Make(_folder, _folder, new FlorenceBundleOptions());

    private string PathOf(string file) => Path.Combine(_folder, file);
}
