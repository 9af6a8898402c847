using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Florence.Graphs;
using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// Florence-2: a picture is encoded by DaViT, a prompt is read with it by BART's encoder, and BART's decoder answers in words and
/// places. Source: Xiao et al., "Florence-2: Advancing a Unified Representation for a Variety of Vision Tasks", CVPR 2024.
/// </summary>
internal sealed class FlorenceFamily : IModelFamily
{
    public string Name => "florence";

    public IGrammar Read(Bundle bundle) =>
        new FlorenceGrammar(ReadManifest(bundle), bundle, BartTokenizer.Load(bundle.TokenizerPath), device: null);

    public ILocalizedModel Load(Bundle bundle, Device device, DeviceOptions options)
    {
        if (device.Name.IsCuda)
        {
            throw new DeviceException($"{bundle.Folder}: the {Name} family runs on the CPU so far; set the device to cpu.");
        }

        var manifest = ReadManifest(bundle);
        var tokenizer = BartTokenizer.Load(bundle.TokenizerPath);
        var grammar = new FlorenceGrammar(manifest, bundle, tokenizer, device.Name.ToString());
        var parts = new LoadedParts();
        try
        {
            var encode = Open(
                FlorenceGraphs.Encode, FlorenceGraphs.EncodeSignature(manifest), DeviceOptions.Threads(options.EncodeThreads));
            var region = Open(
                FlorenceGraphs.Region, FlorenceGraphs.RegionSignature(manifest), DeviceOptions.Threads(options.RegionThreads));

            // One thread, so that a row keeps its bits whatever is beside it.
            var decode = Open(FlorenceGraphs.Decode, FlorenceGraphs.DecodeSignature(manifest), threads: 1);
            var encoder = parts.Own(new FlorenceEncoder(manifest, encode, device));
            var reader = parts.Own(new FlorenceReader(manifest, region, tokenizer, encoder.Shape, device, CpuDevice.Instance));
            var decoder = parts.Own(new FlorenceDecoder(manifest, decode, options.DecodeSlots));
            var model = new FlorenceModel(grammar, encoder, reader, decoder);
            WarmUp.Run(model, manifest.Image.Size);
            return model;
        }
        catch (OnnxRuntimeException e)
        {
            parts.Close();
            throw new BundleException(
                $"{bundle.Folder}: the graphs load on {device.Name}, but do not run: {e.Message} Make the bundle anew.", e);
        }
        catch
        {
            parts.Close();
            throw;
        }

        Graph Open(string name, GraphSignature signature, int threads) =>
            parts.Own(Graph.Open(bundle, name, signature, device, threads, options.AllowSpinning));
    }

    private static FlorenceManifest ReadManifest(Bundle bundle)
    {
        var manifest = bundle.ReadManifest(FlorenceJson.Default.FlorenceManifest);
        manifest.Check(Path.Combine(bundle.Folder, Bundle.ManifestName));
        return manifest;
    }

    private sealed class FlorenceModel(
        FlorenceGrammar grammar, FlorenceEncoder encoder, FlorenceReader reader, FlorenceDecoder decoder) : ILocalizedModel
    {
        public IGrammar Grammar => grammar;

        public IEncoder Encoder => encoder;

        public IRegionReader RegionReader => reader;

        public IDecoder Decoder => decoder;

        public IProposer? Proposer => null;

        public IMasker? Masker => null;

        public IGenerationFactory Generations => grammar;

        public void Dispose()
        {
            encoder.Dispose();
            reader.Dispose();
            decoder.Dispose();
        }
    }
}
