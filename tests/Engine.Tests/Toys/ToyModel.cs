using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Toys;

/// <summary>
/// A model of pure arithmetic, so that tests of queues, loops and stores know what every stage must give: features
/// hash the image, a prefix hashes features and prompt, and each token follows from all before it. It counts what it
/// is asked, and can be told to wait or to fail.
/// </summary>
internal sealed class ToyModel(int slots = 4, int vocabulary = 16) : ILocalizedModel
{
    public const int Size = 100;

    public ToyEncoder Encoder { get; } = new();

    public ToyRegionReader RegionReader { get; } = new();

    public ToyDecoder Decoder { get; } = new(slots, vocabulary);

    public ToyProposer Proposer { get; } = new();

    public ToyMasker Masker { get; } = new();

    public ToyGenerations Generations { get; } = new(vocabulary);

    public BundleDescription Bundle { get; init; } = new()
    {
        Name = "toy",
        Digest = new string('d', 64),
        Tasks = [VisionTask.Answer, VisionTask.Caption, VisionTask.Detect, VisionTask.Segment],
        MaxRegions = 3,
        MaxWords = 48,
        Device = "cpu",
    };

    public bool IsDisposed { get; private set; }

    public IGrammar Grammar => new ToyGrammar(Bundle);

    IEncoder ILocalizedModel.Encoder => Encoder;

    IRegionReader ILocalizedModel.RegionReader => RegionReader;

    IDecoder ILocalizedModel.Decoder => Decoder;

    IProposer? ILocalizedModel.Proposer => Proposer;

    IMasker? ILocalizedModel.Masker => Masker;

    IGenerationFactory ILocalizedModel.Generations => Generations;

    public void Dispose() => IsDisposed = true;

    public static ulong Mix(ulong state, ulong next)
    {
        var mixed = (state ^ next) * 0x9E3779B97F4A7C15;
        return mixed ^ (mixed >> 29);
    }
}

/// <summary>A value that is one number, of as many bytes as a test wants.</summary>
internal sealed class ToyValue(ulong state, long bytes = 1_000) : StageValue
{
    public ulong State { get; } = state;

    public override long Bytes => bytes;

    public int Disposals { get; private set; }

    public override TensorBlob ToBlob() => new(TensorType.Float16, [4], BitConverter.GetBytes(State));

    protected override void Dispose(bool disposing) => Disposals++;
}

internal sealed class ToyPicture(ulong state) : PreparedPicture
{
    public ulong State { get; } = state;

    protected override void Dispose(bool disposing)
    {
    }
}

internal sealed class ToyEncoder : IEncoder
{
    public int Encoded;

    /// <summary>Batches at the gate.</summary>
    public int Waiting;

    public int MaxBatch => 4;

    public long FeatureBytes { get; set; } = 1_000;

    /// <summary>Waited for before each batch.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public Func<ulong, Exception?> Fault { get; set; } = _ => null;

    public PreparedPicture Prepare(ReadOnlyMemory<byte> image) =>
        new ToyPicture(Hash(image.Span)) { Size = new ImageSize(ToyModel.Size, ToyModel.Size) };

    public IReadOnlyList<StageValue> Encode(IReadOnlyList<PreparedPicture> batch)
    {
        Interlocked.Increment(ref Waiting);
        Gate.Wait();
        Interlocked.Decrement(ref Waiting);
        foreach (var picture in batch)
        {
            if (Fault(((ToyPicture)picture).State) is { } fault)
            {
                throw fault;
            }
        }

        Interlocked.Add(ref Encoded, batch.Count);
        return [.. batch.Select(picture => new ToyValue(((ToyPicture)picture).State, FeatureBytes))];
    }

    public StageValue Import(TensorBlob blob) =>
        blob is { Type: TensorType.Float16, Shape: [4] }
            ? new ToyValue(BitConverter.ToUInt64(blob.Data.Span), FeatureBytes)
            : throw new InvalidDataException();

    public static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        ulong state = 1;
        foreach (var next in bytes)
        {
            state = ToyModel.Mix(state, next);
        }

        return state;
    }
}

internal sealed class ToyRegionReader : IRegionReader
{
    public int Read;

    public int MaxBatch => 4;

    IReadOnlyList<StageValue> IRegionReader.Read(IReadOnlyList<RegionReading> batch)
    {
        Interlocked.Add(ref Read, batch.Count);
        return [.. batch.Select(reading => new ToyValue(PrefixOf(((ToyValue)reading.Features).State, reading.Prompt)))];
    }

    public static ulong PrefixOf(ulong features, ModelPrompt prompt) =>
        ToyModel.Mix(features, ToyEncoder.Hash(System.Text.Encoding.UTF8.GetBytes(prompt.Key)));
}

internal sealed class ToyProposer : IProposer
{
    public IReadOnlyList<Proposal> Propose(StageValue features, ImageSize size) =>
        [new(new Box(0, 0, 10, 10), 0.9), new(new Box(20, 20, 60, 70), 0.6)];
}

/// <summary>Masks of one cell over the box: all of it, or nothing.</summary>
internal sealed class ToyMasker : IMasker
{
    public List<MaskRequest> Drawn { get; } = [];

    public float Logit { get; set; } = 1;

    /// <summary>Set at the start of each drawing, before the gate.</summary>
    public SemaphoreSlim Drawing { get; } = new(0);

    /// <summary>Waited for before each drawing.</summary>
    public ManualResetEventSlim Gate { get; } = new(initialState: true);

    public Exception? Fault { get; set; }

    public MaskGrid Draw(MaskRequest request)
    {
        Drawing.Release();
        Gate.Wait();
        if (Fault is { } fault)
        {
            throw fault;
        }

        Drawn.Add(request);
        return new MaskGrid([Logit], 1, 1, request.Box);
    }
}
