using System.Text.Json.Serialization;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Florence;

/// <summary>What <c>bundle.json</c> says of a Florence-2 beside what all bundles say; docs/bundle.md has the table.</summary>
internal sealed record FlorenceManifest
{
    public required FlorenceImage Image { get; init; }

    public required FlorenceFeatures Features { get; init; }

    public required FlorenceDecoderSizes Decoder { get; init; }

    public required FlorenceTokens Tokens { get; init; }

    /// <summary>Tokens that a prompt may have, begin and end included.</summary>
    public required int MaxPromptTokens { get; init; }

    /// <summary>Rows that a prefix may have.</summary>
    [JsonIgnore]
    public int PrefixRows => Features.Tokens + MaxPromptTokens;

    /// <exception cref="BundleException">A size makes no sense.</exception>
    public void Check(string path)
    {
        const int Many = 1 << 20;
        Between("image.size", Image.Size, 16, 4096);
        Between("features.tokens", Features.Tokens, 1, Many);
        Between("features.width", Features.Width, 1, Many);
        if (Features.Dtype is not (FlorenceFeatures.Half or FlorenceFeatures.Single))
        {
            throw new BundleException(
                $"{path}: features.dtype should be {FlorenceFeatures.Half} or {FlorenceFeatures.Single}, found {Features.Dtype}.");
        }

        Between("decoder.layers", Decoder.Layers, 1, 256);
        Between("decoder.heads", Decoder.Heads, 1, Many);
        Between("decoder.headWidth", Decoder.HeadWidth, 1, Many);
        Between("decoder.maxTokens", Decoder.MaxTokens, 2, Many);
        Between("decoder.vocabulary", Decoder.Vocabulary, 8, Many);
        Between("maxPromptTokens", MaxPromptTokens, 16, Many);
        Between("tokens.firstLocation", Tokens.FirstLocation, 1, Decoder.Vocabulary - FlorenceTokens.Locations);
        Between("tokens.noRepeat", Tokens.NoRepeat, 0, 64);
        Between("tokens.beams", Tokens.Beams, 1, FlorenceTokens.MostBeams);
        foreach (var token in (int[])[Tokens.Begin, Tokens.End, .. Tokens.Start])
        {
            Between("tokens", token, 0, Decoder.Vocabulary - 1);
        }

        if (Image.Mean.Count != 3 || Image.Std.Count != 3 || Image.Std.Any(std => std <= 0) || Tokens.Start.Count == 0)
        {
            throw new BundleException(
                $"{path}: image.mean and image.std should be three numbers each, and tokens.start one token at least.");
        }

        void Between(string member, int value, int least, int most)
        {
            if (value < least || value > most)
            {
                throw new BundleException($"{path}: {member} should be {least} to {most}, found {value}. See docs/bundle.md.");
            }
        }
    }
}

/// <param name="Size">Pixels of a side; pictures are stretched to it.</param>
/// <param name="Mean">Of red, green and blue, 0 to 1.</param>
/// <param name="Std">Of red, green and blue.</param>
internal sealed record FlorenceImage(int Size, IReadOnlyList<float> Mean, IReadOnlyList<float> Std);

/// <param name="Tokens">Rows: one for the whole picture, one for each cell.</param>
/// <param name="Width">Of the text model.</param>
/// <param name="Dtype">Of their numbers: <c>float16</c> or <c>float32</c>.</param>
internal sealed record FlorenceFeatures(int Tokens, int Width, string Dtype = FlorenceFeatures.Half)
{
    public const string Half = "float16";
    public const string Single = "float32";

    [JsonIgnore]
    public TensorShape Shape => new(Dtype == Half ? TensorType.Float16 : TensorType.Float32, Tokens, Width);
}

/// <param name="Layers">Of the decoder.</param>
/// <param name="Heads">Of its attention.</param>
/// <param name="HeadWidth">Of a head.</param>
/// <param name="MaxTokens">Tokens of an answer, start and end included.</param>
/// <param name="Vocabulary">Tokens.</param>
internal sealed record FlorenceDecoderSizes(int Layers, int Heads, int HeadWidth, int MaxTokens, int Vocabulary);

/// <param name="Begin">Before a prompt.</param>
/// <param name="End">After a prompt, and after an answer.</param>
/// <param name="Start">What the decoder reads first.</param>
/// <param name="FirstLocation">The token of place 0; the other places follow it.</param>
/// <param name="NoRepeat">So many tokens in a row never come again; 0 for any.</param>
/// <param name="Beams">Answers that are followed side by side, of which the likeliest is given; 1 for the likeliest token at each
/// step.</param>
internal sealed record FlorenceTokens(int Begin, int End, IReadOnlyList<int> Start, int FirstLocation, int NoRepeat, int Beams = 1)
{
    /// <summary>The most answers that are followed side by side.</summary>
    public const int MostBeams = 3;

    /// <summary>Places along either side of a picture.</summary>
    public const int Locations = 1000;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(FlorenceManifest))]
[JsonSerializable(typeof(FlorenceBundle))]
internal sealed partial class FlorenceJson : JsonSerializerContext;

/// <summary>A whole <c>bundle.json</c>, as it is written.</summary>
internal sealed record FlorenceBundle(
    int Format, string Name, string Version, string Family, string Description, string License,
    FlorenceImage Image, FlorenceFeatures Features, FlorenceDecoderSizes Decoder, FlorenceTokens Tokens, int MaxPromptTokens,
    IReadOnlyDictionary<string, BundleFile> Graphs, BundleFile Tokenizer, IReadOnlyDictionary<string, BundleFile> Files);
