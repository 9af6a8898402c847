namespace Loupe.Grains.Keys;

/// <summary>
/// Lists of questions and answers as arrays: the compiler's own types behind <c>[a, b]</c> have no serializer.
/// </summary>
public static class Portable
{
    public static Question Of(Question question) => question with { Regions = question.Regions.Select(Of).ToArray() };

    public static Region Of(Region region) => region is null
        ? region!
        : region with { Points = region.Points?.ToArray(), Labels = region.Labels?.ToArray(), Polygon = region.Polygon?.ToArray() };

    public static AnswerPart Of(AnswerPart part) => part switch
    {
        RegionPart found => found with { Region = Of(found.Region) },
        DonePart done => new DonePart(Of(done.Answer)),
        _ => part,
    };

    public static Answer Of(Answer answer) =>
        answer with { Words = answer.Words.ToArray(), Regions = answer.Regions.Select(Of).ToArray() };

    private static FoundRegion Of(FoundRegion region) =>
        region.Mask is { } mask ? region with { Mask = mask with { Size = mask.Size.ToArray() } } : region;
}
