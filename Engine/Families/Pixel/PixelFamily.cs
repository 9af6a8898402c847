using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Pixel-aligned models: an image encoder, a prompt reader that gives the language model's prefix, and a language model
/// that gives every word a place. docs/bundle.md describes the graphs.
/// </summary>
internal sealed class PixelFamily : IModelFamily
{
    public string Name => "pixel";

    public IGrammar Read(Bundle bundle)
    {
        var manifest = ReadManifest(bundle);
        return new PixelGrammar(manifest, bundle, new PixelGenerationFactory(manifest, ReadTokenizer(manifest, bundle)), device: null);
    }

    public ILocalizedModel Load(Bundle bundle, Device device, DeviceOptions options)
    {
        var manifest = ReadManifest(bundle);
        var generations = new PixelGenerationFactory(manifest, ReadTokenizer(manifest, bundle));

        // Decoding is the host's affair on every device; KeyValueArena says why.
        Device decodeDevice = CpuDevice.Instance;
        var parts = new LoadedParts();
        try
        {
            var isWhole = device.Name.IsCuda && manifest.Graphs.ContainsKey(PixelGraphs.EncodeWhole);
            var encode = EncodeGraphs.Open(
                manifest, device, DeviceOptions.Threads(options.EncodeThreads),
                threads =>
                    Graph.Open(
                        bundle, isWhole ? PixelGraphs.EncodeWhole : PixelGraphs.Encode, PixelGraphs.EncodeSignature(manifest), device,
                        threads, options.AllowSpinning));
            parts.Own(encode);
            var region = Open(PixelGraphs.Region, PixelGraphs.RegionSignature(manifest), device);
            var decode = Open(PixelGraphs.Decode, PixelGraphs.DecodeSignature(manifest), decodeDevice);
            var encoder = parts.Own(new PixelEncoder(
                manifest, encode.Settle(device), device, options.EncodeBatchOn(device),
                device.KeepsRowsApart(DeviceOptions.Threads(options.EncodeThreads))));
            var reader = parts.Own(new PixelRegionReader(
                manifest, region, device, decodeDevice, encoder.Shape, options.RegionBatchOn(device), options.RegionWorkersOn(device)));
            var decoder = parts.Own(new PixelDecoder(manifest, decode, options.DecodeSlots));
            PixelProposer? proposer = null;
            if (manifest.Tasks.Detect is { } detect)
            {
                var graph = Open(PixelGraphs.Detect, PixelGraphs.DetectSignature(manifest), device);
                proposer = parts.Own(new PixelProposer(detect, graph));
            }

            var masker = manifest.Tasks.Segment is null
                ? null
                : parts.Own(new PixelMasker(Open(PixelGraphs.Mask, PixelGraphs.MaskSignature(manifest), device)));
            var grammar = new PixelGrammar(manifest, bundle, generations, device.Name.ToString());
            var model = new PixelModel(grammar, encoder, reader, decoder, proposer, masker, generations);
            WarmUp.Run(model, manifest.Image.Size);
            return model;
        }
        catch (OnnxRuntimeException e)
        {
            parts.Close();
            var message = $"{bundle.Folder}: the graphs load on {device.Name}, but do not run: {e.Message}";
            throw device.Name.IsCuda ? new DeviceException(message, e) : new BundleException($"{message} Export the bundle anew.", e);
        }
        catch
        {
            parts.Close();
            throw;
        }

        // One thread: these graphs are too small to gain by more, and whole batches keep their bits.
        Graph Open(string name, GraphSignature signature, Device on) =>
            parts.Own(Graph.Open(bundle, name, signature, on, threads: 1, options.AllowSpinning));
    }

    private static PixelManifest ReadManifest(Bundle bundle)
    {
        var manifest = bundle.ReadManifest(PixelJson.Default.PixelManifest);
        PixelManifestCheck.Run(manifest, Path.Combine(bundle.Folder, Bundle.ManifestName));
        return manifest;
    }

    private static WordTokenizer ReadTokenizer(PixelManifest manifest, Bundle bundle)
    {
        var tokenizer = WordTokenizer.Load(bundle.TokenizerPath);
        return tokenizer.Count == manifest.Decoder.Vocabulary ? tokenizer : throw new BundleException(
            $"{Path.Combine(bundle.Folder, Bundle.ManifestName)}: $.decoder.vocabulary should be {tokenizer.Count}, the number of tokens "
            + $"in {manifest.Tokenizer.File}, found {manifest.Decoder.Vocabulary}.");
    }
}
