using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class PixelRegionReaderTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private readonly IRegionReader _reader = fixture.Model.RegionReader;

    [Fact]
    public void Features_that_came_back_give_the_same_prefix()
    {
        using var features = fixture.Features(5, out var size);
        using var back = fixture.Model.Encoder.Import(features.ToBlob());
        var prompt = ModelFixture.Prompt(size, Region.OfBox(5, 5, 40, 50));

        ModelFixture.AssertSameBits(_reader.Read([new(features, prompt)])[0], _reader.Read([new(back, prompt)])[0]);
    }

    [Fact]
    public void A_prompt_that_does_not_fit_is_refused()
    {
        var size = new ImageSize(100, 100);
        var regions = Enumerable.Repeat(Region.OfPoint(5, 5), fixture.Model.Bundle.MaxRegions + 1).ToArray();

        fixture.Model.Grammar.Check(ModelFixture.Prompt(size, regions[1..]).Regions);
        Assert.Throws<LocalizerException>(() => fixture.Model.Grammar.Check(ModelFixture.Prompt(size, regions).Regions));
    }
}
