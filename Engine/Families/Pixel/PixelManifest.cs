using System.Text.Json.Serialization;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Pictures;
using Loupe.Engine.Families.Pixel.Making;
using Loupe.Engine.Models.Plans;
using Loupe.Imaging;

namespace Loupe.Engine.Families.Pixel;

/// <summary>The whole <c>bundle.json</c> of the pixel family; docs/bundle.md says what each member means.</summary>
internal sealed record PixelManifest(
    int Format,
    string Name,
    string Version,
    string Family,
    string Description,
    string License,
    ImageLayout Image,
    FeatureLayout Features,
    PrefixLayout Prefix,
    DecoderLayout Decoder,
    PromptLayout Prompt,
    PixelLimits Limits,
    IReadOnlyDictionary<string, BundleFile> Graphs,
    BundleFile Tokenizer,
    IReadOnlyDictionary<string, BundleFile>? Files,
    PixelTasks Tasks);

/// <summary>How a picture becomes the encoder's input.</summary>
internal sealed record ImageLayout(int Size, string Resize, IReadOnlyList<byte> Pad, IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>Reads pictures so.</summary>
    /// <param name="kept">Buffers that are kept for further pictures.</param>
    public PictureReader Reader(int kept) => new(
        Size, new PixelNormalizer(Mean, Std), kept, (file, size, rgb) => Picture.Letterbox(file, size, (Pad[0], Pad[1], Pad[2]), rgb));
}

/// <summary>Features of an image: tokens × width numbers.</summary>
internal sealed record FeatureLayout(int Tokens, int Width, string Dtype);

/// <summary>Keys and values of a region prompt: layers × 2 × heads × length × width numbers.</summary>
internal sealed record PrefixLayout(int Length, int Layers, int KvHeads, int HeadWidth, string Dtype);

/// <summary>The language model.</summary>
internal sealed record DecoderLayout(int MaxTokens, int Vocabulary, int Width);

/// <summary>The region stage's input.</summary>
internal sealed record PromptLayout(int Slots);

/// <summary>What a question may ask for at most.</summary>
internal sealed record PixelLimits(int MaxRegions, int MaxTextTokens, int MaxWords);

/// <summary>The tasks that are offered; null where one is not.</summary>
internal sealed record PixelTasks(
    PromptTask? Answer = null,
    PromptTask? Caption = null,
    PromptTask? Narrate = null,
    PromptTask? Locate = null,
    DetectTask? Detect = null,
    SegmentTask? Segment = null)
{
    /// <summary>The tasks that read a prompt, with their names in the manifest.</summary>
    public IEnumerable<(TaskPlan Plan, string Name, PromptTask Prompt)> Prompted()
    {
        (TaskPlan, PromptTask?)[] all = [
            (new AnswerPlan(), Answer), (new CaptionPlan(), Caption), (new LocatePlan(), Locate), (new NarratePlan(), Narrate)
        ];
        return from one in all where one.Item2 is not null select (one.Item1, one.Item1.Task.Name, one.Item2);
    }

    /// <summary>How each task that is offered is done.</summary>
    public IReadOnlyList<TaskPlan> Plans() =>
    [
        .. Prompted().Select(prompted => prompted.Plan),
        .. Segment is null ? Array.Empty<TaskPlan>() : [new DrawnSegmentPlan()],
        .. Detect is null
            ? Array.Empty<TaskPlan>()
            : [new ProposedDetectPlan(Prompted().First(prompted => prompted.Name == Detect.Task).Plan.Task)],
    ];
}

/// <summary>A task that is asked by tokens: special ones, and <c>{text}</c> where the question's text goes.</summary>
internal sealed record PromptTask(IReadOnlyList<string> Prompt)
{
    /// <summary>Where the question's text goes.</summary>
    public const string Text = "{text}";
}

/// <summary>Dense captioning: which proposals count, and the task asked of each.</summary>
internal sealed record DetectTask(string Task, double ScoreThreshold, double IouThreshold, int MaxRegions);

/// <summary>A mask: how a text is asked for its box, and how a region alone is.</summary>
/// <param name="Prompt">As of a <see cref="PromptTask"/>; the text may refer to a region.</param>
/// <param name="Region">Special tokens alone, <c>[0]</c> among them.</param>
internal sealed record SegmentTask(IReadOnlyList<string> Prompt, IReadOnlyList<string> Region);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(PixelManifest))]
[JsonSerializable(typeof(PixelConfig))]
[JsonSerializable(typeof(TokenizerFile))]
internal sealed partial class PixelJson : JsonSerializerContext;
