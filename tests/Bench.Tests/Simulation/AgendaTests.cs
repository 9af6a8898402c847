using Loupe.Bench.Simulation;

namespace Loupe.Bench.Tests.Simulation;

public sealed class AgendaTests
{
    [Fact]
    public void Things_happen_in_order_of_time_and_then_of_being_planned()
    {
        var agenda = new Agenda();
        List<string> happened = [];
        agenda.At(2, () => happened.Add("late"));
        agenda.At(1, () =>
        {
            happened.Add($"early {agenda.Now}");
            agenda.After(0, () => happened.Add("at once"));
        });
        agenda.At(1, () => happened.Add("second"));
        agenda.RunUntil(1.5);

        Assert.Equal(["early 1", "second", "at once"], happened);
        Assert.Equal(1.5, agenda.Now);
        Assert.Equal(15_000_000, agenda.GetTimestamp());
    }
}
