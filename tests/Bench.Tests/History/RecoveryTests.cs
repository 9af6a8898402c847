using Loupe.Bench.History;

namespace Loupe.Bench.Tests.History;

public sealed class RecoveryTests
{
    [Fact]
    public void A_disturbance_is_felt_until_the_last_failure_and_the_last_slow_answer_before_the_next()
    {
        var recoveries = Of(
            [
                Operation(1, 5),
                Operation(9.5, 10.5) with { FailedTries = ["connection", "503"] },
                Operation(10, 12) with { Error = "503", FailedTries = ["503"] },
                Operation(11, 14),
                Operation(15, 15.2),
                // Of the second, which hit what began before it.
                Operation(29.9, 30.5) with { FailedTries = ["connection"] },
                Operation(31, 33) with { FailedTries = ["503"] },
            ],
            new(DisturbanceKind.Kill, "silo-1", 10, 13),
            new(DisturbanceKind.Drain, "silo-2", 30, 32));

        Assert.Equal(
            (3, 1, 2.0, 4.0),
            (recoveries[0].FailedTries, recoveries[0].FailedOperations, recoveries[0].LastFailure, recoveries[0].LastSlow));
        Assert.Equal(4, recoveries[0].Seconds);
        Assert.Equal((2, 0, 3.0), (recoveries[1].FailedTries, recoveries[1].FailedOperations, recoveries[1].Seconds));
    }

    [Fact]
    public void A_disturbance_that_nobody_felt_took_no_time_to_recover_from() =>
        Assert.Equal(
            0,
            Assert.Single(Of([Operation(9, 9.5), Operation(11, 11.5)], new Disturbance(DisturbanceKind.Drain, "silo-1", 10, 13))).Seconds);

    private static IReadOnlyList<Recovery> Of(Operation[] operations, params Disturbance[] disturbances) => Recovery.Of(
        new RunHistory
        {
            Operations = operations,
            Disturbances = disturbances,
            References = new Dictionary<(string, string), string>(),
            ReadBack = new Dictionary<string, string?>(),
        },
        slow: 1);

    private static Operation Operation(double start, double end) =>
        new() { Kind = OperationKind.Ask, Client = 1, Image = "image", Question = "what?", Start = start, End = end };
}
