using System.Text.Json.Nodes;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Families;

public sealed class ModelLoaderTests : IDisposable
{
    private static readonly DeviceOptions Small = new() { Device = "cpu", EncodeBatch = 1, RegionBatch = 1, DecodeSlots = 1 };

    private readonly BundleCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void What_the_manifest_offers_is_described()
    {
        using var model = ShippedModels.Load(_copy.Folder, Small);

        Assert.Equal(Bundle.Load(_copy.Folder).Digest, model.Bundle.Digest);
        Assert.Equal("scenes-mini", model.Bundle.Name);
        Assert.Equal("cpu", model.Bundle.Device);
        var offered = JsonNode.Parse(File.ReadAllText(_copy.Manifest))!["tasks"]!.AsObject().Select(task => task.Key);
        Assert.Equal(offered.Order(), model.Bundle.Tasks.Select(task => task.ToString().ToLowerInvariant()).Order());
        Assert.Equal(model.Bundle.Tasks.Contains(VisionTask.Segment), model.Masker is not null);
        Assert.True(model.Bundle.MaxRegions > 0 && model.Bundle.MaxWords > 0);
        Assert.NotNull(model.Proposer);
    }

    [Fact]
    public void A_bundle_may_offer_less()
    {
        _copy.Edit(m =>
        {
            m["tasks"]!.AsObject().Remove("detect");
            m["tasks"]!.AsObject().Remove("locate");
            m["tasks"]!.AsObject().Remove("segment");
            m["graphs"]!.AsObject().Remove("detect");
            m["graphs"]!.AsObject().Remove("mask");
        });

        using var model = ShippedModels.Load(_copy.Folder, Small);

        Assert.Equal([VisionTask.Answer, VisionTask.Caption, VisionTask.Narrate], model.Bundle.Tasks);
        Assert.Null(model.Proposer);
        Assert.Null(model.Masker);
    }

    [Fact]
    public void A_family_that_is_not_known_is_named()
    {
        _copy.Edit(m => m["family"] = "cubist");

        Refused("$.family", "'pixel'", "'cubist'");
    }

    [Fact]
    public void A_member_that_no_version_knows_is_refused()
    {
        _copy.Edit(m => m["image"]!["sharpen"] = 3);

        Refused("$.image", "sharpen");
    }

    [Theory]
    [InlineData("image", "size", 8)]
    [InlineData("image", "resize", "stretch")]
    [InlineData("features", "dtype", "int8")]
    [InlineData("features", "tokens", 0)]
    [InlineData("prefix", "dtype", "float16")]
    [InlineData("prompt", "slots", 1)]
    [InlineData("limits", "maxRegions", 99)]
    [InlineData("decoder", "maxTokens", 50)]
    [InlineData("decoder", "vocabulary", 7)]
    public void A_number_that_makes_no_sense_is_placed(string part, string member, object value)
    {
        _copy.Edit(m => m[part]![member] = JsonValue.Create(value));

        Refused($"$.{part}.{member} should be", "found");
    }

    [Theory]
    [InlineData("detect", "scoreThreshold", 1.5)]
    [InlineData("detect", "iouThreshold", -1.0)]
    [InlineData("detect", "task", "answer")]
    public void A_task_that_makes_no_sense_is_placed(string task, string member, object value)
    {
        _copy.Edit(m => m["tasks"]![task]![member] = JsonValue.Create(value));

        Refused($"$.tasks.{task}.{member} should be", "found");
    }

    [Fact]
    public void A_prompt_of_unknown_tokens_is_refused()
    {
        _copy.Edit(m => m["tasks"]!["caption"]!["prompt"] = new JsonArray("<shout>"));

        Refused("tokenizer.json", "'<shout>'");
    }

    [Fact]
    public void Graphs_that_are_swapped_are_told_apart()
    {
        File.Copy(_copy.PathOf("detect.onnx"), _copy.PathOf("region.onnx"), overwrite: true);
        _copy.Seal();

        Refused(_copy.PathOf("region.onnx"), "input 'boxes' should be float32 [any, ", "found none");
    }

    [Fact]
    public void A_size_that_is_not_the_graphs_is_told()
    {
        _copy.Edit(m => m["features"]!["tokens"] = 3);

        Refused(_copy.PathOf("encode.onnx"), "output 'features' should be float16 [any, 3, ", "found float16 [any, ");
    }

    [Fact]
    public void A_type_that_is_not_the_graphs_is_told()
    {
        _copy.Edit(m => m["features"]!["dtype"] = "float32");

        Refused(_copy.PathOf("encode.onnx"), "output 'features' should be float32 [any, ", "found float16 [any, ");
    }

    [Fact]
    public void A_file_that_is_no_graph_is_told()
    {
        File.WriteAllText(_copy.PathOf("decode.onnx"), "no graph");
        _copy.Seal();

        Refused(_copy.PathOf("decode.onnx"), "cannot load");
    }

    private void Refused(params string[] said)
    {
        var message = Assert.Throws<BundleException>(() => ShippedModels.Load(_copy.Folder, Small)).Message;
        Assert.All(said, part => Assert.Contains(part, message));
    }
}
