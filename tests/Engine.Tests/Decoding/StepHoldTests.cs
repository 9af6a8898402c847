using Loupe.Engine.Decoding;
using Loupe.Engine.Tests.Toys;

namespace Loupe.Engine.Tests.Decoding;

public sealed class StepHoldTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(4);
    private readonly FakeTimeProvider _time = new();
    private bool _contended = true;

    [Fact]
    public void A_step_waits_no_longer_than_it_may_and_the_next_waits_again()
    {
        var hold = new StepHold(() => _contended, Longest, _time);
        Assert.Equal(Longest, hold.Left(1));
        _time.Advance(TimeSpan.FromMilliseconds(3));
        Assert.Equal(TimeSpan.FromMilliseconds(1), hold.Left(2));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(TimeSpan.Zero, hold.Left(2));
        Assert.Equal(Longest, hold.Left(2));
    }

    [Fact]
    public void Many_rows_or_nobody_waiting_are_no_reason_to_wait()
    {
        var hold = new StepHold(() => _contended, Longest, _time);
        Assert.Equal(TimeSpan.Zero, hold.Left(8));
        _contended = false;
        Assert.Equal(TimeSpan.Zero, hold.Left(1));
        _contended = true;
        Assert.Equal(TimeSpan.Zero, new StepHold(() => _contended, TimeSpan.Zero, _time).Left(1));
        Assert.Equal(TimeSpan.Zero, StepHold.Never.Left(1));
    }
}
