using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Loupe.Engine.Tests.Files;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Families.Pixel;

/// <summary>
/// The bundle with a mask graph made here: its logits are four numbers plus the mean of all features, its frame is the box
/// grown by an eighth of the longer side.
/// </summary>
public sealed class PixelMaskerTests : IDisposable
{
    private static readonly DeviceOptions Small = new() { Device = "cpu", EncodeBatch = 1, RegionBatch = 1, DecodeSlots = 1 };
    private static readonly float[] Cells = [10, -20, -30, 40];

    private readonly BundleCopy _copy = new();

    public PixelMaskerTests()
    {
        _copy.Edit(manifest =>
        {
            manifest["graphs"]!["mask"] = new JsonObject { ["file"] = "mask.onnx", ["sha256"] = "" };
            manifest["tasks"]!["segment"] = new JsonObject
            {
                ["prompt"] = new JsonArray("<locate>", "{text}", "<find>"),
                ["region"] = new JsonArray("<locate>", "[0]", "<find>"),
            };
        });
        Write(Masks("mask", 2, 2));
    }

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void A_box_is_drawn_from_the_features_into_its_frame()
    {
        using var model = Load();
        using var picture = model.Encoder.Prepare(ModelFixture.Scene(3));
        using var features = model.Encoder.Encode([picture])[0];
        var longer = Math.Max(picture.Size.Width, picture.Size.Height);

        var grid = model.Masker!.Draw(new MaskRequest(features, new Box(10, 20, 30, 50), picture.Size));

        var mean = MemoryMarshal.Cast<byte, Half>(features.ToBlob().Data.Span).ToArray().Average(half => (double)half);
        Assert.Equal((2, 2), (grid.Rows, grid.Columns));
        Assert.Equal(Cells.Select(cell => cell + mean), grid.Logits.Select(logit => (double)logit), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(10 - (longer / 8.0), grid.Frame.X0, 1e-3);
        Assert.Equal(20 - (longer / 8.0), grid.Frame.Y0, 1e-3);
        Assert.Equal(30 + (longer / 8.0), grid.Frame.X1, 1e-3);
        Assert.Equal(50 + (longer / 8.0), grid.Frame.Y1, 1e-3);
    }

    [Fact]
    public void Segment_is_offered_and_reads_the_prompt_that_fits()
    {
        using var model = Load();
        Assert.Contains(VisionTask.Segment, model.Bundle.Tasks);
        Assert.Equal(Prompt(VisionTask.Locate, "the dog"), Prompt(VisionTask.Segment, "the dog"));
        Assert.Equal(Prompt(VisionTask.Locate, "[0]"), Prompt(VisionTask.Segment, ""));
        Assert.Equal(Prompt(VisionTask.Locate, "what [0] holds"), Prompt(VisionTask.Segment, "what [0] holds"));

        int[] Prompt(VisionTask task, string text)
        {
            var generation = model.Generations.Create(new CanonicalQuestion(
                task, ModelFixture.Prompt(new ImageSize(100, 80), Region.OfBox(1, 2, 30, 40)).Regions, model.Grammar.Normalize(text), 48));
            Assert.Equal(0, generation.MaxNewTokens);
            return generation.Prompt.ToArray();
        }
    }

    [Fact]
    public void Without_its_graph_segment_cannot_be_offered()
    {
        _copy.Edit(manifest => manifest["graphs"]!.AsObject().Remove("mask"));

        Refused("graphs.mask is missing");
    }

    [Theory]
    [InlineData("region", "<locate>", "{text}", "<find>", "$.tasks.segment.region should be tokens without {text}")]
    [InlineData("region", null, null, null, "$.tasks.segment.region should be at least one token")]
    [InlineData("prompt", "<locate>", "[0]", "<find>", "$.tasks.segment.prompt should be tokens with {text} among them")]
    [InlineData("prompt", "{text}", "{text}", "<find>", "$.tasks.segment.prompt should be {text} at most once")]
    [InlineData("region", "<locate>", "[x]", "<find>", "'[x]'")]
    public void A_prompt_that_cannot_be_asked_is_placed(string which, string? first, string? second, string? third, string said)
    {
        string?[] prompt = [first, second, third];
        _copy.Edit(
            manifest =>
                manifest["tasks"]!["segment"]![which] = new JsonArray(
                    [.. prompt.Where(token => token is not null).Select(token => (JsonNode)token!)]));

        Refused(said);
    }

    [Fact]
    public void A_segment_task_has_both_prompts()
    {
        _copy.Edit(manifest => manifest["tasks"]!["segment"]!.AsObject().Remove("region"));

        Refused("$.tasks.segment", "region");
    }

    [Fact]
    public void A_mask_graph_of_other_outputs_is_told()
    {
        Write(Masks("shape", 2, 2));

        Refused(
            _copy.PathOf("mask.onnx"), "output 'mask' should be float32 [any, some, some], found none; the outputs are 'shape', 'frame'");
    }

    [Fact]
    public void Another_graph_in_its_place_is_told()
    {
        File.Copy(_copy.PathOf("encode.onnx"), _copy.PathOf("mask.onnx"), overwrite: true);
        _copy.Seal();

        Refused(_copy.PathOf("mask.onnx"), "input 'features' should be", "found none");
    }

    private ILocalizedModel Load() => ShippedModels.Load(_copy.Folder, Small);

    private void Write(byte[] graph)
    {
        File.WriteAllBytes(_copy.PathOf("mask.onnx"), graph);
        _copy.Seal();
    }

    private byte[] Masks(string mask, int rows, int columns)
    {
        var features = JsonNode.Parse(File.ReadAllText(_copy.Manifest))!["features"]!;
        return new OnnxFile()
            .Input("features", OnnxFile.Float16, "batch", (int)features["tokens"]!, (int)features["width"]!)
            .Input("boxes", OnnxFile.Float, "batch", 4)
            .Constant("cells", [1, rows, columns], Cells)
            .Constant("margin", [4], -0.125f, -0.125f, 0.125f, 0.125f)
            .Node("Cast", ["features"], "numbers", ("to", [OnnxFile.Float], IsList: false))
            .Node("ReduceMean", ["numbers"], "mean", ("axes", [1, 2], IsList: true))
            .Node("Add", ["cells", "mean"], mask)
            .Node("Add", ["boxes", "margin"], "frame")
            .Output(mask, OnnxFile.Float, "batch", rows, columns)
            .Output("frame", OnnxFile.Float, "batch", 4)
            .Whole();
    }

    private void Refused(params string[] said)
    {
        var message = Assert.Throws<BundleException>(() => Load().Dispose()).Message;
        Assert.All(said, part => Assert.Contains(part, message));
    }
}
