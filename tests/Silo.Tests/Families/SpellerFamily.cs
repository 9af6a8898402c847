using Loupe.Engine.Families;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;

namespace Loupe.Silo.Tests.Families;

/// <summary>
/// An encoder-decoder without a tensor, written against the public contract alone: its encoder reads task and text with the
/// regions, its decoder starts at position 0 beside what it attends to, searches with two beams, gives words no place, says
/// what it detects in one answer, and says masks itself. It knows of left and right, and nothing else.
/// </summary>
internal sealed class SpellerFamily : IModelFamily
{
    public string Name => "speller";

    public IGrammar Read(Bundle bundle) => new SpellerGrammar(bundle, null);

    public ILocalizedModel Load(Bundle bundle, Device device, DeviceOptions options) =>
        new SpellerModel(new SpellerGrammar(bundle, device.Name.ToString()), File.ReadAllLines(bundle.FilePath("words")));
}

internal sealed class SpellerGrammar : IGrammar
{
    public SpellerGrammar(Bundle bundle, string? device) => Bundle = new BundleDescription
    {
        Name = bundle.Manifest.Name,
        Digest = bundle.Digest,
        Tasks = [.. Plans.Select(plan => plan.Task)],
        MaxRegions = 1,
        MaxWords = 8,
        Device = device,
    };

    public BundleDescription Bundle { get; }

    public IReadOnlyList<TaskPlan> Plans { get; } = [
        new AnswerPlan(), new CaptionPlan(), new LocatePlan(), new DetectPlan(), new SegmentPlan()
    ];

    public string Normalize(string text) => text.Trim().ToLowerInvariant();

    public void Check(RegionPrompt prompt)
    {
        if (prompt.Regions.Any(region => region.Box is null))
        {
            throw LocalizerException.Invalid("regions[0]", "only boxes are understood");
        }
    }

    public ModelPrompt PromptOf(CanonicalQuestion question) => new(question.Prompt, $"<{question.Task.Name}>{question.Text}");
}

internal sealed class SpellerModel(SpellerGrammar grammar, string[] words) : ILocalizedModel, IEncoder, IRegionReader, IGenerationFactory
{
    public const int End = 0;

    public IGrammar Grammar => grammar;

    public IEncoder Encoder => this;

    public IRegionReader RegionReader => this;

    public IDecoder Decoder { get; } = new SpellerDecoder(words.Length);

    public IProposer? Proposer => null;

    public IMasker? Masker => null;

    public IGenerationFactory Generations => this;

    public int Vocabulary => words.Length;

    int IEncoder.MaxBatch => 1;

    int IRegionReader.MaxBatch => 1;

    public PreparedPicture Prepare(ReadOnlyMemory<byte> image) => new Seen { Size = new ImageSize(1, 1) };

    public IReadOnlyList<StageValue> Encode(IReadOnlyList<PreparedPicture> batch) => [.. batch.Select(_ => new SpellerValue([]))];

    public StageValue Import(TensorBlob blob) => new SpellerValue([]);

    public IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch) =>
        [.. batch.Select(reading => new SpellerValue(Sentence(reading.Prompt)))];

    public Generation Create(CanonicalQuestion question) => new SpellerGeneration(question, words);

    public void Dispose()
    {
        // It holds nothing.
    }

    private int[] Sentence(ModelPrompt prompt)
    {
        var side = prompt.Regions.Regions is [{ Box: { } box }] && box.Center.X >= prompt.Regions.Size.Width / 2.0 ? "right" : "left";
        string[] said = prompt.Text switch
        {
            "<caption>" when prompt.Regions.Regions.Count == 0 => ["a", "picture"],
            "<caption>" => ["the", side],
            "<detect>" => ["left", "right"],
            "<segment>" => [side],
            _ => [prompt.Text.Contains("right", StringComparison.Ordinal) ? "right" : "left"],
        };
        return [.. said.Select(word => Array.IndexOf(words, word)), End];
    }

    private sealed class Seen : PreparedPicture
    {
        protected override void Dispose(bool disposing)
        {
        }
    }
}

/// <summary>What the encoder has read: the sentence that it calls for.</summary>
internal sealed class SpellerValue(int[] sentence) : StageValue
{
    public int[] Sentence => sentence;

    public override long Bytes => 64;

    public override TensorBlob ToBlob() => new(TensorType.Float32, [1], new byte[4]);

    protected override void Dispose(bool disposing)
    {
    }
}

/// <summary>
/// A slot attends to its sentence; the likeliest token follows the sentence, and a wrong one is nearly as likely at first, but
/// leads nowhere.
/// </summary>
internal sealed class SpellerDecoder(int vocabulary) : IDecoder
{
    private readonly (int[] Sentence, int Read, bool IsLost)[] _slots = new (int[], int, bool)[4];

    public int Slots => _slots.Length;

    public int MaxLength => 16;

    public long ArenaBytes => 64;

    public int Load(int slot, StageValue prefix)
    {
        // A warm-up has no sentence to attend to.
        _slots[slot] = (((SpellerValue)prefix).Sentence is { Length: > 0 } sentence ? sentence : [SpellerModel.End], 0, false);
        return 0;
    }

    public void Prefill(int slot, ReadOnlySpan<int> tokens, int past, TokenOutputs outputs) => Tell(slot, 0, outputs);

    public void Step(ReadOnlySpan<DecodeRow> rows, TokenOutputs outputs)
    {
        for (var row = 0; row < rows.Length; row++)
        {
            var (slot, token, past) = rows[row];
            var (sentence, read, isLost) = _slots[slot];
            if (past != read + 1)
            {
                throw new InvalidOperationException($"Slot {slot} has read {read} tokens behind the first, and is to go on at {past}.");
            }

            _slots[slot] = (sentence, read + 1, isLost || read >= sentence.Length || sentence[read] != token);
            Tell(slot, row, outputs);
        }
    }

    public void Copy(int from, int to, int length) => _slots[to] = _slots[from];

    public void Free(int slot) => _slots[slot] = default;

    private void Tell(int slot, int row, TokenOutputs outputs)
    {
        var (sentence, read, isLost) = _slots[slot];
        var logits = outputs.Logits(row);
        logits.Clear();
        if (!isLost && read < sentence.Length)
        {
            logits[sentence[read]] = 4;
            logits[(sentence[read] % (vocabulary - 1)) + 1] = 3.9f;
        }
    }
}
