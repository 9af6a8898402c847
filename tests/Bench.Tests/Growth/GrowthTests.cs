using Loupe.Bench.Growth;
using Loupe.Bench.Output;
using Loupe.Bench.Statistics;
using Loupe.Bench.Suite.Results;

namespace Loupe.Bench.Tests.Growth;

public sealed class GrowthTests
{
    [Theory]
    [InlineData(0.5, false)]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void The_exponent_is_the_power_that_time_grows_by(double power, bool isWorse)
    {
        var curve = Curve([.. new[] { 1.0, 2, 4, 8 }.Select(count => (count, 3 * Math.Pow(count, power)))]);
        Assert.Equal(power, curve.Exponent, 9);
        Assert.Equal(isWorse, curve.IsWorseThanLinear);
    }

    [Fact]
    public void One_point_grows_by_nothing_that_could_be_told()
    {
        Assert.True(double.IsNaN(Curve([(1, 5)]).Exponent));
        Assert.False(Curve([(1, 5)]).IsWorseThanLinear);
    }

    [Fact]
    public async Task Every_stage_of_the_shipped_bundle_is_timed()
    {
        using var run = new GrowthRun(BundleFolder.Of(null), rounds: 1, _ => { });
        var curves = await run.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["prepare", "encode", "region", "prefill", "words", "sequences", "callers"], curves.Select(curve => curve.Name));
        Assert.All(curves.SelectMany(curve => curve.Points), point => Assert.True(point.Ms.Median > 0));
    }

    private static GrowthCurve Curve(IReadOnlyList<(double Count, double Ms)> points) =>
        new("name", "what", "x", [.. points.Select(point => (point.Count, Spread.Of([point.Ms])))]);
}
