using System.Text;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// Questions as Florence-2 reads them: sentences that it was trained with, boxes as tokens within them. A prefix is of the whole
/// prompt, so it is shared by those who ask the same.
/// </summary>
internal sealed class FlorenceGrammar : IGrammar, IGenerationFactory
{
    private const int MaxRegions = 8;
    private const int MaxWords = 256;

    private readonly FlorenceManifest _manifest;
    private readonly BartTokenizer _tokenizer;

    public FlorenceGrammar(FlorenceManifest manifest, Bundle bundle, BartTokenizer tokenizer, string? device)
    {
        (_manifest, _tokenizer) = (manifest, tokenizer);
        Bundle = new BundleDescription
        {
            Name = bundle.Manifest.Name,
            Digest = bundle.Digest,
            Description = bundle.Manifest.Description,
            Tasks = [.. Plans.Select(plan => plan.Task)],
            MaxRegions = MaxRegions,
            MaxWords = MaxWords,
            Device = device,
        };
    }

    public BundleDescription Bundle { get; }

    public IReadOnlyList<TaskPlan> Plans { get; } =
        [
            new FlorenceCaptionPlan(), new LocatePlan(), new SegmentPlan(), new FlorenceDetectPlan(), new GroundedNarratePlan(),
            new ReadPlan(),
        ];

    public int Vocabulary => _manifest.Decoder.Vocabulary;

    // A longest prompt leaves this much for what it is asked with.
    private int MaxTextTokens => _manifest.MaxPromptTokens - 16;

    public string Normalize(string text)
    {
        var said = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var count = _tokenizer.Encode(said).Count;
        return count <= MaxTextTokens
            ? said
            : throw LocalizerException.Invalid("text", $"at most {MaxTextTokens} tokens (pieces of words) are understood, found {count}");
    }

    public void Check(RegionPrompt prompt)
    {
        foreach (var (k, region) in prompt.Regions.Index())
        {
            if (region.Points is not null)
            {
                throw LocalizerException.Invalid(
                    $"regions[{k}]", "this model reads boxes and takes no points: give a box around the thing");
            }
        }
    }

    public ModelPrompt PromptOf(CanonicalQuestion question) => new(question.Prompt, Fit(FlorencePrompt.Of(question).Text));

    public Generation Create(CanonicalQuestion question)
    {
        var saying = new Saying(
            _manifest, _tokenizer, FlorencePrompt.Of(question).Kind, Math.Clamp(question.MaxWords, 1, MaxWords), question.Prompt.Size);
        return _manifest.Tokens.Beams == 1 ? new FlorenceGeneration(_manifest, saying) : new BeamGeneration(_manifest, saying);
    }

    // The only prompt that can be too long is the model's own paragraph, whose phrases are looked for.
    private string Fit(string prompt)
    {
        // A token is a byte of text or more.
        while (Encoding.UTF8.GetByteCount(prompt) > _manifest.MaxPromptTokens - 2
            && _tokenizer.Encode(prompt).Count > _manifest.MaxPromptTokens - 2)
        {
            prompt = prompt[..Math.Max(prompt.LastIndexOf(' '), prompt.Length / 2)];
        }

        return prompt;
    }
}

/// <summary>The whole picture in three lengths; of a region its kind, or a description.</summary>
internal sealed class FlorenceCaptionPlan : EachRegionPlan
{
    public override VisionTask Task => VisionTask.Caption;

    public override IReadOnlyList<Detail> Details => [Detail.Brief, Detail.Detailed, Detail.Paragraph];

    protected override int Together => 1;
}

/// <summary>Things with their names; briefly, where there is something at all; in detail, with a description.</summary>
internal sealed class FlorenceDetectPlan : DetectPlan
{
    public override IReadOnlyList<Detail> Details => [Detail.Brief, Detail.Detailed];
}
