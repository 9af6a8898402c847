using System.Runtime.InteropServices;
using System.Text.Json;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Florence.Graphs;
using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Families.Onnx;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Florence.Making;

/// <summary>What a bundle is made with that the publisher's folder does not say.</summary>
public sealed record FlorenceBundleOptions
{
    /// <summary>Pixels of a side of what is encoded; null for what <c>preprocessor_config.json</c> says, or 768.</summary>
    public int? ImageSize { get; init; }

    /// <summary>Tokens of an answer, start and end included; null for as many as there are positions, at most 1 025.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Answers that are followed side by side, 1 to 3: a search costs as many rows, and tells its words at the end.</summary>
    public int Beams { get; init; } = 1;

    /// <summary>Whether features keep all of their bits, which are twice as many; for comparing.</summary>
    public bool WholeFeatures { get; init; }

    /// <summary>The bundle's name; null for the folder's.</summary>
    public string? Name { get; init; }
}

/// <summary>
/// Makes a bundle of a folder in the publisher's layout. Graphs are written for the model's sizes; its weights stay in the file that
/// they were published in, and the graphs say where.
/// </summary>
public static class FlorenceBundler
{
    private const string WeightsName = "model.safetensors";
    private const string TokenizerName = "loupe-tokenizer.json";
    private const int MostPromptTokens = 192;
    private const int MostTokens = 1025;
    private const int UsualSize = 768;

    /// <summary>Makes the bundle; seconds, of which most go into the checksum of the weights.</summary>
    /// <param name="folder">With <c>config.json</c>, <c>model.safetensors</c> and the tokenizer's files.</param>
    /// <param name="target">Where the bundle goes; the folder itself, or another that gets a link to the weights.</param>
    /// <param name="options">What the folder does not say.</param>
    /// <exception cref="BundleException">The folder is not a Florence-2; names the file and what is wrong.</exception>
    public static void Make(string folder, string target, FlorenceBundleOptions options)
    {
        var configPath = Path.Combine(folder, "config.json");
        if (!File.Exists(configPath))
        {
            throw new BundleException(
                $"{configPath}: not found. Give a folder with config.json, {WeightsName} and the tokenizer's files, as they were "
                    + "published.");
        }

        var config = JsonFile.Parse(configPath, File.ReadAllBytes(configPath), FlorenceConfigJson.Default.FlorenceConfig);
        config = WithGeneration(config, folder);
        config.Check(configPath);
        var pieces = PublishedTokenizer.Read(folder);
        Directory.CreateDirectory(target);
        var weights = Path.Combine(target, WeightsName);
        Link(Path.Combine(folder, WeightsName), weights);

        var names = new FlorenceWeights(SafeTensors.Open(weights));
        var size = options.ImageSize ?? PublishedSize(folder) ?? UsualSize;
        var tokens = DavitGraph.Tokens(config.VisionConfig, size);
        var text = config.TextConfig;
        var prompt = Math.Min(MostPromptTokens, text.MaxPositionEmbeddings - tokens);
        var most = Math.Min(options.MaxTokens ?? MostTokens, text.MaxPositionEmbeddings);
        if (!pieces.Added.TryGetValue("<loc_0>", out var places) || prompt < 16 || most < 4)
        {
            throw new BundleException(
                $"{configPath}: {text.MaxPositionEmbeddings} positions do not suffice for {tokens} rows of a picture of {size} pixels and "
                    + "a prompt.");
        }

        var features = new FlorenceFeatures(tokens, text.DModel, options.WholeFeatures ? FlorenceFeatures.Single : FlorenceFeatures.Half);
        int[] start = text.ForcedBosTokenId is { } forced ? [text.DecoderStartTokenId, forced] : [text.DecoderStartTokenId];
        BundleFiles.Write(
            target, "encode.onnx", new DavitGraph(names, config, size, features.Shape.ElementType, TensorElementType.Float).Write());
        var bart = new BartGraphs(names, config, features, TensorElementType.Float);
        BundleFiles.Write(target, "region.onnx", bart.WriteRegion());
        BundleFiles.Write(target, "decode.onnx", bart.WriteDecode(most, tokens + prompt));
        BundleFiles.Write(target, TokenizerName, JsonSerializer.SerializeToUtf8Bytes(pieces, BartJson.Default.BartPieces));

        var manifest = new FlorenceBundle(
            BundleManifest.CurrentFormat, options.Name ?? new DirectoryInfo(folder).Name, "1", "florence",
            "Florence-2: describes, finds, outlines and reads what is in photographs; graphs by Loupe, weights as published.",
            "MIT (weights: Microsoft, as published)",
            new FlorenceImage(size, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]),
            features,
            new FlorenceDecoderSizes(
                text.DecoderLayers, text.DecoderAttentionHeads, text.DModel / text.DecoderAttentionHeads, most, text.VocabSize),
            new FlorenceTokens(text.BosTokenId, text.EosTokenId, start, places, text.NoRepeatNgramSize, options.Beams),
            prompt,
            new Dictionary<string, BundleFile>
            {
                [FlorenceGraphs.Encode] = BundleFiles.Describe(target, "encode.onnx"),
                [FlorenceGraphs.Region] = BundleFiles.Describe(target, "region.onnx"),
                [FlorenceGraphs.Decode] = BundleFiles.Describe(target, "decode.onnx"),
            },
            BundleFiles.Describe(target, TokenizerName),
            new Dictionary<string, BundleFile> { ["weights"] = BundleFiles.Describe(target, WeightsName) });

        // Last, so that a folder without it was not finished.
        BundleFiles.Write(target, Bundle.ManifestName, JsonSerializer.SerializeToUtf8Bytes(manifest, FlorenceJson.Default.FlorenceBundle));
    }

    // How answers are generated may stand in a file of its own, which goes before.
    private static FlorenceConfig WithGeneration(FlorenceConfig config, string folder)
    {
        var path = Path.Combine(folder, "generation_config.json");
        if (!File.Exists(path))
        {
            return config;
        }

        var generation = JsonFile.Parse(path, File.ReadAllBytes(path), FlorenceConfigJson.Default.GenerationConfig);
        return config with
        {
            TextConfig = config.TextConfig with
            {
                ForcedBosTokenId = generation.ForcedBosTokenId ?? config.TextConfig.ForcedBosTokenId,
                NoRepeatNgramSize = generation.NoRepeatNgramSize ?? config.TextConfig.NoRepeatNgramSize,
            },
        };
    }

    private static int? PublishedSize(string folder)
    {
        var path = Path.Combine(folder, "preprocessor_config.json");
        if (!File.Exists(path))
        {
            return null;
        }

        return PublishedFile.Read(path, root => root.TryGetProperty("size", out var size) && size.TryGetProperty("height", out var height)
            && height.TryGetInt32(out var pixels)
                && size.TryGetProperty("width", out var width)
                && width.TryGetInt32(out var same)
                && same == pixels
            && pixels is >= 16 and <= 4096
            ? pixels
            : throw new BundleException($"{path}: size should be a square's height and width, 16 to 4096 pixels."));
    }

    // A second name for the same bytes; a copy only where the file system knows no such thing.
    private static void Link(string from, string to)
    {
        if (!File.Exists(from))
        {
            throw new BundleException($"{from}: not found. The weights should be there as a safetensors file.");
        }

        if (Path.GetFullPath(from) == Path.GetFullPath(to))
        {
            return;
        }

        File.Delete(to);
        if (!OperatingSystem.IsLinux() || HardLink(Path.GetFullPath(from), Path.GetFullPath(to)) != 0)
        {
            File.Copy(from, to);
        }
    }

    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int HardLink(string from, string to);
}
