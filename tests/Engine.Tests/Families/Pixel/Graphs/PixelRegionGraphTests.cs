using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Pixel;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Tests.Families.Pixel.Graphs;

/// <summary>Slots that nobody uses, read once, give the prefix that they give read one by one.</summary>
public sealed class PixelRegionGraphTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private const int Slots = 16;
    private const int Length = 40;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Reading_alike_slots_once_changes_nothing(int regions)
    {
        using var features = fixture.Features(5, out var size);
        var prompt = ModelFixture.Prompt(size, [.. Enumerable.Range(0, regions).Select(i => Region.OfBox(i, 2 * i, 30 + i, 50))]).Regions;
        var slots = new PromptSlots(Slots, maxRegions: 8);

        var once = Run((DeviceTensor)features, slots, prompt, slots.Distinct(prompt));
        var each = Run((DeviceTensor)features, slots, prompt, Slots);

        Assert.Equal(regions + 2, slots.Distinct(prompt));
        Assert.Equal(each.Length, once.Length);
        Assert.True(each.Zip(once, (a, b) => Math.Abs(a - b)).Max() < 1e-4f);
    }

    // With as many slots as there are, each stands for itself.
    private static float[] Run(DeviceTensor features, PromptSlots slots, RegionPrompt prompt, int distinct)
    {
        var (boxes, kinds, owners, copies, rows) = (
            new float[4 * distinct], new long[distinct], new long[distinct], new float[distinct], new long[Length]);
        slots.Write(prompt, boxes, kinds, owners, copies);
        slots.Arrange(distinct, rows);
        using var session = new InferenceSession(Path.Combine(TestBundle.Folder, "region.onnx"));
        using var run = new RunOptions();
        using var seen = features.Buffer.Tensor(features.Shape.ElementType, features.Shape.Batch(1));
        using var places = OrtValue.CreateTensorValueFromMemory(boxes, [1, distinct, 4]);
        using var kind = OrtValue.CreateTensorValueFromMemory(kinds, [1, distinct]);
        using var owner = OrtValue.CreateTensorValueFromMemory(owners, [1, distinct]);
        using var weights = OrtValue.CreateTensorValueFromMemory(copies, [1, distinct]);
        using var order = OrtValue.CreateTensorValueFromMemory(rows, [Length]);
        using var values = session.Run(
            run, ["features", "boxes", "kind", "owner", "copies", "rows"], [seen, places, kind, owner, weights, order], ["prefix"]);
        return values[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
