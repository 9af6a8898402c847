using FsCheck;
using FsCheck.Fluent;
using Loupe.Grains.Placement;

namespace Loupe.Grains.Tests.Placement;

public sealed class ImagePlacementTests
{
    private const int Images = 4_000;

    private static readonly LoadBound Bound = new(Floor: 1, Spread: 1.25);

    [Fact]
    public void The_order_does_not_depend_on_the_order_of_the_silos() =>
        Prop.ForAll(Clusters(), ArbMap.Default.ArbFor<NonEmptyString>(), (silos, image) =>
        {
            var shuffled = silos.OrderBy(silo => silo.Name.GetHashCode(StringComparison.Ordinal)).ToArray();
            Assert.Equal(Rendezvous.Order(image.Get, silos), Rendezvous.Order(image.Get, shuffled));
            Assert.Equal(ImagePlacement.Choose(image.Get, silos, Bound), ImagePlacement.Choose(image.Get, [.. silos.Reverse()], Bound));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(16)]
    public void A_silo_that_joins_takes_its_share_and_nothing_moves_but_to_it(int n)
    {
        Candidate[] before = [.. Enumerable.Range(0, n).Select(i => Idle($"silo-{i}"))];
        Candidate[] after = [.. before, Idle("new")];
        var moved = 0;
        for (var i = 0; i < Images; i++)
        {
            var (old, now) = (Home(i, before), Home(i, after));
            if (old != now)
            {
                Assert.Equal("new", now);
                moved++;
            }
        }

        // Binomial: within five standard deviations of its mean.
        var share = 1.0 / (n + 1);
        Assert.InRange(moved, Images * share - Deviations(share), Images * share + Deviations(share));
    }

    [Fact]
    public void What_a_silo_leaves_moves_and_nothing_else() =>
        Prop.ForAll(Clusters(), silos =>
        {
            var gone = silos[0].Name;
            Candidate[] rest = [.. silos.Skip(1)];
            for (var i = 0; i < 50; i++)
            {
                var order = Rendezvous.Order($"image-{i}", silos).Where(silo => silo.Name != gone);
                Assert.Equal(order, Rendezvous.Order($"image-{i}", rest));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_silo_of_three_times_the_capacity_has_three_times_the_images()
    {
        Candidate[] silos = [Idle("small"), Idle("large") with { Capacity = 3 }];
        var large = Enumerable.Range(0, Images).Count(i => Home(i, silos) == "large");
        Assert.InRange(large, Images * 0.75 - Deviations(0.75), Images * 0.75 + Deviations(0.75));
    }

    [Fact]
    public void A_silo_over_its_bound_is_passed_over_for_the_next_in_order()
    {
        Candidate[] silos = [Idle("a"), Idle("b"), Idle("c"), Idle("d")];
        var order = Rendezvous.Order("image", silos);
        Candidate[] hot = [.. silos.Select(silo => silo.Name == order[0].Name ? silo with { Saturation = 4 } : silo)];
        Assert.Equal(order[1].Name, ImagePlacement.Choose("image", hot, Bound)!.Value.Name);
    }

    [Fact]
    public void Where_all_are_equally_loaded_images_stay_at_home_however_high_the_load() =>
        Prop.ForAll(Clusters(), ArbMap.Default.ArbFor<PositiveInt>(), (silos, load) =>
        {
            Candidate[] busy = [.. silos.Select(silo => silo with { Saturation = load.Get })];
            Assert.Equal(Rendezvous.Order("image", busy)[0], ImagePlacement.Choose("image", busy, Bound));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_chosen_one_is_within_the_bound_unless_all_are_over_and_then_the_least_loaded() =>
        Prop.ForAll(Clusters(), silos =>
        {
            var chosen = ImagePlacement.Choose("image", silos, Bound)!.Value;
            var limit = Bound.Of(silos);
            if (silos.Any(silo => silo.Saturation <= limit))
            {
                Assert.True(chosen.Saturation <= limit);
            }
            else
            {
                Assert.Equal(silos.Min(silo => silo.Saturation), chosen.Saturation);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Silos_with_stale_news_come_last_but_are_better_than_none()
    {
        var stale = new Candidate("stale", 1_000_000, double.PositiveInfinity);
        Assert.Equal("busy", ImagePlacement.Choose("image", [stale, new("busy", 1, 50)], Bound)!.Value.Name);
        Assert.Equal("stale", ImagePlacement.Choose("image", [stale], Bound)!.Value.Name);
        Assert.Null(ImagePlacement.Choose("image", [], Bound));
    }

    [Fact]
    public void Questions_about_a_spread_image_are_shared_evenly_by_the_first_silos_of_its_order()
    {
        const int Replicas = 3;
        Candidate[] silos = [.. Enumerable.Range(0, 8).Select(i => Idle($"silo-{i}"))];
        var chosen = Enumerable.Range(0, Images)
            .GroupBy(question => ImagePlacement.Choose("image", $"image/{question}", Replicas, silos, Bound)!.Value.Name)
            .ToDictionary(group => group.Key, group => group.Count());

        Assert.Equal(Rendezvous.Order("image", silos).Take(Replicas).Select(silo => silo.Name).Order(), chosen.Keys.Order());
        Assert.All(chosen.Values, count => Assert.InRange(count, Images / 3.0 - Deviations(1 / 3.0), Images / 3.0 + Deviations(1 / 3.0)));
        Assert.Equal(
            ImagePlacement.Choose("image", "image/1", Replicas, silos, Bound),
            ImagePlacement.Choose("image", "image/1", Replicas, [.. silos.Reverse()], Bound));
    }

    [Fact]
    public void A_spread_image_passes_over_silos_over_their_bound_too()
    {
        Candidate[] silos = [.. Enumerable.Range(0, 4).Select(i => Idle($"silo-{i}"))];
        var order = Rendezvous.Order("image", silos);
        Candidate[] hot = [.. silos.Select(silo => silo.Name == order[0].Name ? silo with { Saturation = 4 } : silo)];
        var chosen = Enumerable.Range(0, 200)
            .Select(question => ImagePlacement.Choose("image", $"image/{question}", 2, hot, Bound)!.Value.Name)
            .Distinct();
        Assert.Equal([order[1].Name], chosen);
    }

    [Fact]
    public void More_replicas_than_silos_are_all_silos_and_none_is_none()
    {
        Assert.Equal("only", ImagePlacement.Choose("image", "image/1", 9, [Idle("only")], Bound)!.Value.Name);
        Assert.Null(ImagePlacement.Choose("image", "image/1", 9, [], Bound));
    }

    [Theory]
    // A cluster that idles keeps even its only image at home.
    [InlineData(1.0, 0.0, 8, 1)]
    // 1 % of the questions of 8 busy silos is 8 % of one.
    [InlineData(0.01, 1.0, 8, 1)]
    // A fifth of what 8 silos do in 60 % of their time is 0.96 silos' work.
    [InlineData(0.2, 0.6, 8, 8)]
    [InlineData(0.05, 0.6, 8, 3)]
    [InlineData(1.0, 1.0, 64, 64)]
    public void An_image_is_spread_until_none_spends_more_than_the_share_on_it(double share, double busy, int silos, int replicas) =>
        Assert.Equal(replicas, ImagePlacement.ReplicasOf(share, busy, silos, 0.1));

    private static Candidate Idle(string name) => new(name, 1, 0);

    private static string Home(int image, Candidate[] silos) => ImagePlacement.Choose($"image-{image}", silos, Bound)!.Value.Name;

    private static double Deviations(double share) => 5 * Math.Sqrt(Images * share * (1 - share));

    private static Arbitrary<Candidate[]> Clusters() => (
        from count in Gen.Choose(1, 12)
        from capacities in Gen.Choose(1, 8).ArrayOf(count)
        from loads in Gen.Frequency((6, Gen.Choose(0, 400).Select(x => x / 100.0)), (1, Gen.Constant(double.PositiveInfinity)))
            .ArrayOf(count)
        select Enumerable.Range(0, count).Select(i => new Candidate($"silo-{i}", capacities[i], loads[i])).ToArray()).ToArbitrary();
}
