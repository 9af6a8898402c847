using System.Runtime.InteropServices;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Loupe.Imaging;

namespace Loupe.Engine.Tests.Families.Pixel;

/// <summary>One loaded model for the tests that only run it, one after another.</summary>
public sealed class ModelFixture : IDisposable
{
    public ILocalizedModel Model { get; } =
        ShippedModels.Load(TestBundle.Folder, new DeviceOptions { Device = "cpu", EncodeBatch = 4, RegionBatch = 6, DecodeSlots = 8 });

    public void Dispose() => Model.Dispose();

    /// <summary>Pictures of noise and blocks, of different sizes.</summary>
    public static byte[] Scene(int seed)
    {
        var random = new Random(seed);
        var (width, height) = (random.Next(60, 400), random.Next(60, 400));
        var rgb = new byte[width * height * 3];
        random.NextBytes(rgb);
        var (left, top) = (random.Next(width / 2), random.Next(height / 2));
        for (var y = top; y < height; y++)
        {
            rgb.AsSpan(((y * width) + left) * 3, (width - left) / 2 * 3).Fill((byte)random.Next(256));
        }

        return new Raster(width, height, rgb).Encode();
    }

    public StageValue Features(int seed, out ImageSize size)
    {
        using var picture = Model.Encoder.Prepare(Scene(seed));
        size = picture.Size;
        return Model.Encoder.Encode([picture])[0];
    }

    public static ModelPrompt Whole(ImageSize size) => Prompt(size);

    public static ModelPrompt Prompt(ImageSize size, params Region[] regions) =>
        new(new RegionPrompt(regions, size, string.Join(' ', regions.Select(r => r.ToString()))));

    public static float[] Numbers(StageValue value) => MemoryMarshal.Cast<byte, float>(value.ToBlob().Data.Span).ToArray();

    public static void AssertSameBits(StageValue expected, StageValue actual)
    {
        var (a, b) = (expected.ToBlob(), actual.ToBlob());
        Assert.Equal(a.Type, b.Type);
        Assert.Equal(a.Shape, b.Shape);
        Assert.True(a.Data.Span.SequenceEqual(b.Data.Span), "the values differ in some bit");
    }
}
