using Loupe.Bench.Suite.Limit;

namespace Loupe.Bench.Tests.Suite.Limit;

public sealed class LimitSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    public void Every_layout_uses_all_processors_and_one_at_a_time_is_tried_too(int cores)
    {
        var layouts = LimitSearch.Candidates(cores, isQuick: false).ToList();
        Assert.Equal(layouts.Count, layouts.Distinct().Count());
        Assert.All(layouts.Where(layout => layout.Rows > 1), layout => Assert.Equal(cores, layout.Workers * layout.Threads));
        Assert.Contains(layouts, layout => layout is { Rows: 1, Workers: 1, Spins: false } && layout.Threads == cores);
        Assert.Contains(layouts, layout => layout.Workers == cores && layout.Rows > 1);
        Assert.True(LimitSearch.Candidates(cores, isQuick: true).Count() <= layouts.Count);
    }
}
