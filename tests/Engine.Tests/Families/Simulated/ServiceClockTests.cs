using Loupe.Engine.Families.Simulated;
using Loupe.Engine.Tests.Toys;

namespace Loupe.Engine.Tests.Families.Simulated;

public sealed class ServiceClockTests
{
    [Fact]
    public void What_a_wait_overslept_is_taken_off_the_next()
    {
        var time = new FakeTimeProvider();
        List<double> slept = [];
        var clock = new ServiceClock(time, rest =>
        {
            slept.Add(rest.TotalMilliseconds);
            time.Advance(rest + TimeSpan.FromMilliseconds(3));
        });
        for (var i = 0; i < 4; i++)
        {
            clock.Serve(TimeSpan.FromMilliseconds(2 * (i + 1)));
        }

        // 2 is overslept by 3; 4 is 1, again by 3; 6 is 3; 8 is 5.
        Assert.Equal([2, 1, 3, 5], slept);
    }

    [Fact]
    public void A_machine_that_was_busy_elsewhere_is_not_caught_up_with()
    {
        var time = new FakeTimeProvider();
        List<double> slept = [];
        var late = TimeSpan.FromSeconds(10);
        var clock = new ServiceClock(time, rest =>
        {
            slept.Add(rest.TotalMilliseconds);
            time.Advance(rest + late);
            late = TimeSpan.Zero;
        });
        for (var i = 0; i < 3; i++)
        {
            clock.Serve(TimeSpan.FromMilliseconds(15));
        }

        // 20 of the 10 000 are carried: all of the second service and 5 of the third.
        Assert.Equal([15, 10], slept);
    }
}
