using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Finds one region: the prompt is read, nothing is generated, and the place of its last token is the answer. The score
/// says how sure the model is that the thing is there at all; a region is given also where it is low.
/// </summary>
internal sealed class LocateGeneration(int[] prompt, TokenRoles roles, PixelGeometry geometry) : SingleGeneration
{
    private FoundRegion? _found;

    public override ReadOnlyMemory<int> Prompt => prompt;

    public override int MaxNewTokens => 0;

    public override int Advance(StepOutputs outputs, IList<AnswerPart> parts)
    {
        var logits = outputs.Logits();
        ReadOnlySpan<float> pair = [logits[roles.Here], logits[roles.Absent]];
        _found = new FoundRegion { Box = geometry.ToBox(outputs.Named(PixelOutputs.Place.Name)), Score = TokenChoice.Probability(pair, 0) };
        parts.Add(new RegionPart(0, _found));
        return Nothing;
    }

    public override Utterance Finish() => new() { Text = "", Regions = _found is { } found ? [found] : [] };
}
