using System.Text.Json;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Onnx;
using Loupe.Engine.Families.Pixel.Graphs;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel.Making;

/// <summary>Makes a bundle of a trained pixel-aligned model: writes its graphs over its weights, and the manifest.</summary>
public static class PixelBundler
{
    private const string ConfigName = "config.json";
    private const string WeightsName = "model.safetensors";
    private const string RangesName = "ranges.safetensors";
    private const string TokenizerName = "tokenizer.json";

    /// <summary>Makes the folder a bundle.</summary>
    /// <param name="folder">With <c>config.json</c>, <c>model.safetensors</c> and <c>tokenizer.json</c>, as <c>training/export.py</c>
    /// writes them.</param>
    /// <param name="calibrate">Folders of pictures by which the encoder's convolutions come to eight bits anew; none for as
    /// <c>config.json</c> says.</param>
    /// <exception cref="BundleException">The folder is no such model; names the file and what is wrong.</exception>
    public static void Make(string folder, params IReadOnlyList<string> calibrate)
    {
        var configPath = Path.Combine(folder, ConfigName);
        foreach (var name in (string[])[ConfigName, WeightsName, TokenizerName])
        {
            if (!File.Exists(Path.Combine(folder, name)))
            {
                throw new BundleException(
                    $"{Path.Combine(folder, name)}: not found. Give a folder as training/export.py writes it: {ConfigName}, "
                        + $"{WeightsName}, {TokenizerName}.");
            }
        }

        var config = JsonFile.Parse(configPath, File.ReadAllBytes(configPath), PixelJson.Default.PixelConfig);
        var sizes = config.Model;
        sizes.Check(configPath);
        var weights = SafeTensors.Open(Path.Combine(folder, WeightsName));
        var rangesPath = Path.Combine(folder, RangesName);
        if (calibrate.Count > 0)
        {
            PixelCalibration.Run(folder, weights, config, rangesPath, calibrate);
        }

        var ranges = File.Exists(rangesPath) ? SafeTensors.Open(rangesPath) : null;
        const TensorElementType Features = TensorElementType.Float16;
        (string Name, byte[] Graph)[] graphs =
        [
            (PixelGraphs.Encode, new PixelEncodeGraph(weights, sizes, Features, ranges).Write()),
            (PixelGraphs.Region, new PixelRegionGraph(weights, sizes, Features).Write()),
            (PixelGraphs.Decode, new PixelDecodeGraph(weights, sizes).Write()),
            (PixelGraphs.Detect, new PixelDetectGraph(weights, sizes, Features).Write()),
            (PixelGraphs.Mask, new PixelMaskGraph(weights, sizes, Features).Write()),
            .. ranges is null
                ? Array.Empty<(string, byte[])>()
                : [(PixelGraphs.EncodeWhole, new PixelEncodeGraph(weights, sizes, Features, null).Write())],
        ];
        foreach (var (name, graph) in graphs)
        {
            BundleFiles.Write(folder, $"{name}.onnx", graph);
        }

        var manifest = new PixelManifest(
            BundleManifest.CurrentFormat, config.Name, config.Version, "pixel", config.Description, config.License, config.Image,
            new FeatureLayout(sizes.Rows, sizes.Width, "float16"),
            new PrefixLayout(sizes.Prefix, sizes.LmLayers, sizes.KvHeads, sizes.HeadWidth, "float32"),
            new DecoderLayout(sizes.MaxTokens, sizes.Vocabulary, sizes.Lm),
            new PromptLayout(sizes.Slots),
            config.Limits,
            graphs.ToDictionary(graph => graph.Name, graph => BundleFiles.Describe(folder, $"{graph.Name}.onnx")),
            BundleFiles.Describe(folder, TokenizerName),
            new Dictionary<string, BundleFile> { ["weights"] = BundleFiles.Describe(folder, WeightsName) },
            config.Tasks);
        PixelManifestCheck.Run(manifest, configPath);

        // Last, so that a folder without it was not finished.
        BundleFiles.Write(
            folder, Bundle.ManifestName, [.. JsonSerializer.SerializeToUtf8Bytes(manifest, PixelJson.Default.PixelManifest), (byte)'\n']);
    }
}
