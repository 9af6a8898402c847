using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Hosting;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Tests.Placement;

public sealed class ImageHeatTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ImageHeat _heat;

    public ImageHeatTests() => _heat = new ImageHeat(_time, Options.Create(new LoupeClusterOptions { HeatSeconds = 2 }));

    [Fact]
    public void An_image_has_the_share_of_the_questions_that_are_about_it()
    {
        var last = 0.0;
        for (var i = 0; i < 100; i++)
        {
            last = _heat.Note(i % 4 == 0 ? $"cold-{i}" : "hot");
        }

        Assert.Equal(0.75, last, 3);
    }

    [Fact]
    public void Too_little_evidence_is_none()
    {
        Assert.Equal([0, 0, 0, 1], Enumerable.Range(0, 4).Select(_ => _heat.Note("image")));
        _time.Advance(TimeSpan.FromSeconds(2));

        // Four of two seconds ago are two, and this one.
        Assert.Equal(0, _heat.Note("image"));
    }

    [Fact]
    public void What_was_asked_longer_ago_counts_less()
    {
        for (var i = 0; i < 64; i++)
        {
            _heat.Note("old");
        }

        _time.Advance(TimeSpan.FromSeconds(6));
        for (var i = 0; i < 7; i++)
        {
            _heat.Note("new");
        }

        // 64 of three half-lives ago are 8.
        Assert.Equal(0.5, _heat.Note("new"), 6);
    }

    [Fact]
    public void It_goes_on_for_days()
    {
        for (var i = 0; i < 10; i++)
        {
            _heat.Note("image");
        }

        _time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(0, _heat.Note("other"));
        for (var i = 0; i < 3; i++)
        {
            _heat.Note("other");
        }

        Assert.Equal(1, _heat.Note("other"), 6);
    }

    [Fact]
    public void Images_that_are_hardly_asked_about_are_forgotten_and_the_hot_one_is_not()
    {
        for (var i = 0; i < 50_000; i++)
        {
            _heat.Note($"cold-{i}");
            _heat.Note("hot");
        }

        Assert.Equal(0.5, _heat.Note("hot"), 2);
    }
}
