using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class PixelRegionReaderTests(ModelFixture fixture) : IClassFixture<ModelFixture>
{
    private readonly IRegionReader _reader = fixture.Model.RegionReader;

    [Fact]
    public void A_value_is_the_same_bits_alone_and_in_a_batch()
    {
        using var first = fixture.Features(1, out var size);
        using var second = fixture.Features(2, out var otherSize);
        RegionReading[] readings =
        [
            new(first, ModelFixture.Whole(size)),
            new(first, ModelFixture.Prompt(size, Region.OfBox(5, 5, 40, 50))),
            new(second, ModelFixture.Prompt(otherSize, Region.OfPoint(20, 30), Region.OfBox(1, 2, 33, 44))),
            new(second, ModelFixture.Whole(otherSize)),
            new(first, ModelFixture.Prompt(size, new Region { Polygon = [new(9, 9), new(50, 9), new(30, 44)] })),
            new(second, ModelFixture.Prompt(otherSize, new Region { Points = [new(9, 9), new(50, 9)], Labels = [1, 0] })),
        ];
        var alone = readings.Select(r => _reader.Read([r])[0]).ToArray();
        for (var count = 2; count <= readings.Length; count++)
        {
            var together = _reader.Read(readings[..count]);
            for (var i = 0; i < count; i++)
            {
                ModelFixture.AssertSameBits(alone[i], together[i]);
            }
        }

        Assert.Equal(alone.Length, alone.Select(v => Convert.ToHexString(v.ToBlob().Data.Span)).Distinct().Count());
    }

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

        _reader.Check(ModelFixture.Prompt(size, regions[1..]));
        Assert.Throws<LocalizerException>(() => _reader.Check(ModelFixture.Prompt(size, regions)));
    }
}
