using Loupe.Bench.Memory;

namespace Loupe.Bench.Tests.Memory;

public sealed class MetricsTextTests
{
    [Fact]
    public void Metrics_are_summed_over_the_labels_that_are_asked_for()
    {
        var told = new MetricsText("# TYPE a counter\na{x=\"1\",y=\"b c\"} 2\na{x=\"2\",y=\"b\"} 3.5 1700000000\nab 7\n");

        Assert.Equal(5.5, told.Sum("a"));
        Assert.Equal(2, told.Sum("a", "x=\"1\""));
        Assert.Equal(7, told.Sum("ab"));
        Assert.Equal(0, told.Sum("nothing"));
    }
}
