using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Finds one region: the prompt is read, nothing is generated, and the place of its last token is the answer. The score
/// says how sure the model is that the thing is there at all; a region is given also where it is low.
/// </summary>
internal sealed class LocateGeneration(int[] prompt, TokenRoles roles, PixelGeometry geometry) : Generation
{
    private FoundRegion? _found;

    public override ReadOnlyMemory<int> Prompt => prompt;

    public override int MaxNewTokens => 0;

    public override int Advance(ReadOnlySpan<float> logits, ReadOnlySpan<float> place, float plausible, IList<AnswerPart> parts)
    {
        ReadOnlySpan<float> pair = [logits[roles.Here], logits[roles.Absent]];
        _found = new FoundRegion { Box = geometry.ToBox(place), Score = TokenChoice.Probability(pair, 0) };
        parts.Add(new RegionPart(0, _found));
        return -1;
    }

    public override Utterance Finish() => new() { Text = "", Regions = _found is { } found ? [found] : [] };
}
