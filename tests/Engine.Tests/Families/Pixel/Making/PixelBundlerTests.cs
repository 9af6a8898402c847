using System.Runtime.InteropServices;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Onnx;
using Loupe.Engine.Families.Pixel.Making;

namespace Loupe.Engine.Tests.Families.Pixel.Making;

public sealed class PixelBundlerTests : IDisposable
{
    private readonly BundleCopy _copy = new();

    public void Dispose() => _copy.Dispose();

    [Fact]
    public void The_bundle_that_ships_is_what_is_written_today()
    {
        var made = Directory.GetFiles(_copy.Folder, "*.onnx").Append(_copy.Manifest).ToArray();
        Array.ForEach(made, File.Delete);

        PixelBundler.Make(_copy.Folder);

        Assert.Equal(7, made.Length);
        Assert.All(made, file => Assert.True(
            File.ReadAllBytes(Path.Combine(TestBundle.Folder, Path.GetFileName(file))).AsSpan().SequenceEqual(File.ReadAllBytes(file)),
            $"{Path.GetFileName(file)} is another than ./loupe bundle pixel writes"));
    }

    [Fact]
    public void Features_of_eight_bits_are_nearly_those_of_float32()
    {
        File.Delete(_copy.PathOf("ranges.safetensors"));
        PixelBundler.Make(_copy.Folder);

        var (whole, eight) = (Features(_copy.Folder), Features(TestBundle.Folder));

        var gap = whole.Zip(eight, (a, b) => Math.Abs(a - b)).Average() / whole.Average(Math.Abs);
        Assert.InRange(gap, 1e-6f, 0.1f);
    }

    [Fact]
    public void Pictures_give_the_ranges_anew()
    {
        File.Delete(_copy.PathOf("ranges.safetensors"));

        PixelBundler.Make(_copy.Folder, Path.Combine(TestBundle.Folder, "demo"), Path.Combine(TestBundle.Folder, "failures"));

        // Another processor rounds otherwise, so nothing is said of bits.
        var (shipped, made) = (
            SafeTensors.Open(Path.Combine(TestBundle.Folder, "ranges.safetensors")), SafeTensors.Open(_copy.PathOf("ranges.safetensors")));
        Assert.Equal(shipped.Tensors.Keys.Order(), made.Tensors.Keys.Order());
        Assert.All(
            shipped.Tensors.Keys,
            name => Assert.True(shipped.Read(name).Zip(made.Read(name), (a, b) => Math.Abs(a - b)).Max() < 0.01f, name));
        Assert.False(File.Exists(_copy.PathOf("encode.onnx.calibrating")));
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("model.safetensors")]
    [InlineData("tokenizer.json")]
    public void A_file_that_is_not_there_is_named(string file)
    {
        File.Delete(_copy.PathOf(file));

        Refused(() => PixelBundler.Make(_copy.Folder), _copy.PathOf(file), "training/export.py");
    }

    [Theory]
    [InlineData("heads", 5)]
    [InlineData("size", 100)]
    [InlineData("max_tokens", 40)]
    [InlineData("lm_layers", 0)]
    public void Sizes_that_do_not_fit_are_told(string size, int value)
    {
        _copy.Edit("config.json", config => config["model"]![size] = value);

        Refused(() => PixelBundler.Make(_copy.Folder), _copy.PathOf("config.json"), "the sizes under 'model'");
    }

    [Fact]
    public void Layers_that_the_weights_do_not_have_are_named()
    {
        _copy.Edit("config.json", config => config["model"]!["lm_layers"] = 5);

        Refused(() => PixelBundler.Make(_copy.Folder), _copy.PathOf("model.safetensors"), "'decoder.layers.4.");
    }

    [Fact]
    public void A_folder_without_pictures_cannot_calibrate() =>
        Refused(() => PixelBundler.Make(_copy.Folder, Path.Combine(TestBundle.Folder, "..")), "no pictures there");

    // Of the cells alone: what is packed behind them is of another scale.
    private static float[] Features(string folder)
    {
        using var model = ShippedModels.Load(folder, new DeviceOptions { Device = "cpu", DecodeSlots = 1 });
        using var picture = model.Encoder.Prepare(File.ReadAllBytes(Path.Combine(TestBundle.Folder, "demo", "fox.png")));
        using var features = model.Encoder.Encode([picture])[0];
        return Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(features.ToBlob().Data.Span)[..(576 * 128)].ToArray(), half => (float)half);
    }

    private static void Refused(Action make, params string[] said)
    {
        var message = Assert.Throws<BundleException>(make).Message;
        Assert.All(said, part => Assert.Contains(part, message));
    }
}
