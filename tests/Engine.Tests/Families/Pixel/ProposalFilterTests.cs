using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class ProposalFilterTests
{
    private static readonly ImageSize Size = new(200, 100);

    private readonly ProposalFilter _filter = new(new DetectTask("caption", ScoreThreshold: 0.3, IouThreshold: 0.5, MaxRegions: 2));

    [Fact]
    public void The_best_of_overlapping_ones_stay()
    {
        var chosen = _filter.Select(
            [
                0, 0, 0.1f, 0.1f,
                0, 0, 0.11f, 0.1f,
                0.5f, 0.1f, 0.8f, 0.4f,
            ],
            [0.6f, 0.9f, 0.5f],
            Size);

        Assert.Equal([new Box(0, 0, 22, 20), new Box(100, 20, 160, 80)], chosen.Select(c => Rounded(c.Box)));
        Assert.Equal([0.9, 0.5], chosen.Select(c => Math.Round(c.Score, 3)));
    }

    [Fact]
    public void Weak_and_empty_ones_go()
    {
        var chosen = _filter.Select(
            [
                0, 0, 0.1f, 0.1f,
                0.2f, 0.2f, 0.2f, 0.4f,
                0.2f, 0.6f, 0.4f, 0.9f,
            ],
            [0.29f, 0.9f, 0.9f],
            Size);

        Assert.Empty(chosen);
    }

    [Fact]
    public void There_are_at_most_so_many()
    {
        var chosen = _filter.Select(
            [0, 0, 0.1f, 0.1f, 0.2f, 0, 0.3f, 0.1f, 0.4f, 0, 0.5f, 0.1f], [0.4f, 0.5f, 0.6f], Size);

        Assert.Equal([0.6, 0.5], chosen.Select(c => Math.Round(c.Score, 3)));
    }

    [Fact]
    public void Boxes_are_clipped_and_turned_right()
    {
        var chosen = _filter.Select([0.5f, 0.9f, -0.2f, 0.2f], [0.4f], Size);

        Assert.Equal(new Box(0, 40, 100, 100), Rounded(Assert.Single(chosen).Box));
    }

    private static Box Rounded(Box box) => new(Math.Round(box.X0, 3), Math.Round(box.Y0, 3), Math.Round(box.X1, 3), Math.Round(box.Y1, 3));
}
