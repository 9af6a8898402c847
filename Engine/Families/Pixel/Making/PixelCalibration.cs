using System.Numerics.Tensors;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Onnx;
using Loupe.Engine.Families.Pictures;
using Loupe.Engine.Families.Pixel.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Making;

/// <summary>Shows pictures to the encoder in float32, and notes between what each value of its convolutions lies.</summary>
internal static class PixelCalibration
{
    /// <summary>Writes every value's least and most, [2, C] by name.</summary>
    /// <param name="folder">Of the model; the graph lies there while it runs.</param>
    /// <param name="weights">Of the model.</param>
    /// <param name="config">Of the model.</param>
    /// <param name="target">The file.</param>
    /// <param name="pictures">Folders of pictures like those it will be shown.</param>
    /// <exception cref="BundleException">There are none, or one cannot be read.</exception>
    public static void Run(string folder, SafeTensors weights, PixelConfig config, string target, IReadOnlyList<string> pictures)
    {
        var files = pictures.SelectMany(Directory.EnumerateFiles)
            .Where(file => Path.GetExtension(file) is ".png" or ".jpg" or ".jpeg" or ".webp")
            .Order(StringComparer.Ordinal)
            .ToArray();
        if (files.Length == 0)
        {
            throw new BundleException(
                $"{string.Join(", ", pictures)}: no pictures there. Give a folder of some that the model knows, as PNG, JPEG or WebP.");
        }

        var layout = config.Image;
        var named = new List<string>();
        var graph = new PixelEncodeGraph(weights, config.Model, TensorElementType.Float16, ranges: null).Write(named);
        var path = Path.Combine(folder, "encode.onnx.calibrating");
        File.WriteAllBytes(path, graph);
        try
        {
            using var reader = layout.Reader(kept: 1);
            using var session = new InferenceSession(path);
            using var run = new RunOptions();
            var ranges = new SortedDictionary<string, (long[] Shape, float[] Values)>(StringComparer.Ordinal);
            foreach (var file in files)
            {
                using var picture = (PixelPicture)reader.Read(File.ReadAllBytes(file));
                using var pixels = picture.Pixels.Tensor(TensorElementType.Float, [1, 3, layout.Size, layout.Size]);
                using var values = session.Run(run, ["pixels"], [pixels], named);
                foreach (var (name, value) in named.Zip(values))
                {
                    var channels = (int)value.GetTensorTypeAndShape().Shape[1];
                    if (!ranges.TryGetValue(name, out var range))
                    {
                        ranges[name] = range = (
                            [2, channels],
                            [.. Enumerable.Repeat(float.MaxValue, channels), .. Enumerable.Repeat(float.MinValue, channels)]);
                    }

                    Widen(range.Values.AsSpan(0, channels), range.Values.AsSpan(channels), value.GetTensorDataAsSpan<float>());
                }
            }

            SafeTensors.Write(target, ranges);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Widen(Span<float> least, Span<float> most, ReadOnlySpan<float> value)
    {
        var cells = value.Length / least.Length;
        for (var channel = 0; channel < least.Length; channel++)
        {
            var numbers = value.Slice(channel * cells, cells);
            least[channel] = float.Min(least[channel], TensorPrimitives.Min(numbers));
            most[channel] = float.Max(most[channel], TensorPrimitives.Max(numbers));
        }
    }
}
