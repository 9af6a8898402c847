using Loupe.Bench.Memory;

namespace Loupe.Bench.Tests.Memory;

public sealed class MemoryGrowthTests
{
    [Fact]
    public void A_line_that_rises_is_told_by_its_slope_and_its_ends()
    {
        var growth = MemoryGrowth.Of([.. Enumerable.Range(0, 61).Select(i => Reading(i * 5, 1000 + (10 * i)))]);

        Assert.Equal(120, growth.BytesPerMinute, 6);
        Assert.Equal(1060, growth.FirstMinute);
        Assert.Equal(1540, growth.LastMinute);
    }

    [Fact]
    public void What_goes_up_and_down_does_not_grow()
    {
        var growth = MemoryGrowth.Of([.. Enumerable.Range(0, 61).Select(i => Reading(i * 5, i % 2 == 0 ? 1000 : 2000))]);

        Assert.Equal(0, growth.BytesPerMinute, 6);
        Assert.Equal(growth.FirstMinute, growth.LastMinute);
    }

    private static MemoryReading Reading(double at, double resident) => new()
    {
        At = at,
        Resident = resident,
        Anonymous = 0,
        Peak = 0,
        ManagedHeap = 0,
        Features = 0,
        Allocated = 0,
        PauseSeconds = 0,
        Collections = [],
        Steps = 0,
    };
}
