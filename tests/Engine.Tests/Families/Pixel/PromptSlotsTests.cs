using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Families.Pixel;

public sealed class PromptSlotsTests
{
    private static readonly ImageSize Size = new(200, 100);

    private readonly PromptSlots _slots = new(slots: 6, maxRegions: 3);

    [Fact]
    public void No_region_is_the_whole_picture()
    {
        var (boxes, kinds, owners, copies) = Write();

        Assert.Equal([4L, 0], kinds);
        Assert.Equal(new long[2], owners);
        Assert.Equal([1f, 5], copies);
        Assert.Equal([0f, 0, 1, 0.5f], boxes[..4]);
        Assert.All(boxes[4..], number => Assert.Equal(0f, number));
    }

    [Fact]
    public void Every_form_of_region_has_its_slots()
    {
        var (boxes, kinds, owners, copies) = Write(
            Region.OfBox(20, 10, 100, 50),
            new Region { Points = [new(40, 20), new(60, 80)], Labels = [1, 0] },
            new Region { Polygon = [new(10, 90), new(50, 30), new(150, 60)] });

        Assert.Equal([4L, 1, 2, 3, 1, 0], kinds);
        Assert.Equal([0L, 0, 1, 1, 2, 0], owners);
        Assert.Equal(Enumerable.Repeat(1f, 6), copies);
        Assert.Equal([0.1f, 0.05f, 0.5f, 0.25f], boxes[4..8]);
        Assert.Equal([0.2f, 0.1f, 0.2f, 0.1f], boxes[8..12]);
        Assert.Equal([0.3f, 0.4f, 0.3f, 0.4f], boxes[12..16]);
        Assert.Equal([0.05f, 0.15f, 0.75f, 0.45f], boxes[16..20]);
    }

    [Fact]
    public void Points_without_labels_lie_inside()
    {
        Assert.Equal([4L, 2, 2, 0], Write(new Region { Points = [new(1, 1), new(2, 2)] }).Kinds);
    }

    [Fact]
    public void What_was_there_before_is_overwritten()
    {
        var boxes = Enumerable.Repeat(9f, 24).ToArray();
        var kinds = Enumerable.Repeat(9L, 6).ToArray();
        var owners = Enumerable.Repeat(9L, 6).ToArray();

        _slots.Write(ModelFixture.Whole(Size).Regions, boxes, kinds, owners, Enumerable.Repeat(9f, 6).ToArray());

        Assert.DoesNotContain(9f, boxes);
        Assert.DoesNotContain(9L, kinds.Concat(owners));
    }

    [Fact]
    public void Too_many_regions_are_refused()
    {
        var four = Enumerable.Repeat(Region.OfPoint(1, 1), 4).ToArray();

        _slots.Check(ModelFixture.Prompt(Size, four[..3]).Regions);
        var refused = Assert.Throws<LocalizerException>(() => _slots.Check(ModelFixture.Prompt(Size, four).Regions));
        Assert.Equal(ProblemKind.Invalid, refused.Problem.Kind);
        Assert.Contains("regions", refused.Problem.Errors!.Keys);
    }

    [Fact]
    public void The_region_whose_points_are_too_many_is_named()
    {
        var box = Region.OfBox(0, 0, 9, 9);
        var four = new Region { Points = [.. Enumerable.Repeat(new Point(1, 1), 4)] };
        var five = new Region { Points = [.. Enumerable.Repeat(new Point(1, 1), 5)] };

        _slots.Check(ModelFixture.Prompt(Size, box, four).Regions);
        _slots.Check(ModelFixture.Prompt(Size, five).Regions);
        var refused = Assert.Throws<LocalizerException>(() => _slots.Check(ModelFixture.Prompt(Size, box, five).Regions));
        Assert.Contains("regions[1].points", refused.Problem.Errors!.Keys);
    }

    [Fact]
    public void Slots_that_nobody_uses_are_read_once_and_stand_where_they_would()
    {
        var distinct = _slots.Distinct(ModelFixture.Prompt(Size, Region.OfBox(20, 10, 100, 50)).Regions);
        var rows = new long[8];

        _slots.Arrange(distinct, rows);

        Assert.Equal(3, distinct);
        Assert.Equal([0L, 1, 2, 2, 2, 2, 3, 4], rows);
    }

    [Fact]
    public void A_full_prompt_has_no_slot_left()
    {
        var full = ModelFixture.Prompt(Size, new Region { Points = [.. Enumerable.Repeat(new Point(1, 1), 5)] }).Regions;
        var rows = new long[7];

        _slots.Arrange(_slots.Distinct(full), rows);

        Assert.Equal(6, _slots.Distinct(full));
        Assert.Equal([0L, 1, 2, 3, 4, 5, 6], rows);
    }

    private (float[] Boxes, long[] Kinds, long[] Owners, float[] Copies) Write(params Region[] regions)
    {
        var prompt = ModelFixture.Prompt(Size, regions).Regions;
        _slots.Check(prompt);
        var distinct = _slots.Distinct(prompt);
        var (boxes, kinds, owners, copies) = (new float[4 * distinct], new long[distinct], new long[distinct], new float[distinct]);
        _slots.Write(prompt, boxes, kinds, owners, copies);
        return (boxes, kinds, owners, copies);
    }
}
