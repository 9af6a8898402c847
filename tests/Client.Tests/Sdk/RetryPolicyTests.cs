using Loupe.Client.Calls;

namespace Loupe.Client.Tests.Sdk;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromHours(1);

    private static LoupeException Refusal(ProblemKind kind, double? retryAfterSeconds = null) => new(new Problem
    {
        Kind = kind,
        Detail = "no",
        RetryAfter = retryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
    });

    private static RetryPolicy Policy(double random = 0) => new(new LoupeClientOptions
    {
        FirstRetry = TimeSpan.FromSeconds(1),
        LongestRetry = TimeSpan.FromSeconds(5),
        MaxRetries = 6,
        Random = new Fixed(random),
    });

    // 1, 2, 4 seconds; 8 and 16 are cut to the longest wait.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(3, 5)]
    [InlineData(4, 5)]
    public void Waits_double_up_to_the_longest(int attempt, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Policy().WaitAfter(attempt, Refusal(ProblemKind.Overloaded), Ample));

    [Fact]
    public void What_the_server_says_goes_before_doubling() =>
        Assert.Equal(TimeSpan.FromSeconds(3), Policy().WaitAfter(0, Refusal(ProblemKind.Unavailable, 3), Ample));

    // 4 s and half of a quarter of it.
    [Fact]
    public void A_wait_is_spread_and_never_shorter_than_was_asked() =>
        Assert.Equal(TimeSpan.FromSeconds(4.5), Policy(0.5).WaitAfter(0, Refusal(ProblemKind.Overloaded, 4), Ample));

    [Fact]
    public void A_longer_wait_than_the_longest_is_none() =>
        Assert.Null(Policy().WaitAfter(0, Refusal(ProblemKind.Overloaded, 5.1), Ample));

    [Fact]
    public void Tries_are_counted() =>
        Assert.Null(Policy().WaitAfter(6, Refusal(ProblemKind.Overloaded), Ample));

    [Fact]
    public void No_wait_outlasts_the_deadline()
    {
        Assert.NotNull(Policy().WaitAfter(0, Refusal(ProblemKind.Overloaded), TimeSpan.FromSeconds(1.1)));
        Assert.Null(Policy().WaitAfter(0, Refusal(ProblemKind.Overloaded), TimeSpan.FromSeconds(1)));
        Assert.Null(Policy().WaitAfter(0, Refusal(ProblemKind.Overloaded), TimeSpan.FromSeconds(-1)));
    }

    [Theory]
    [InlineData(ProblemKind.Invalid)]
    [InlineData(ProblemKind.DeadlinePassed)]
    [InlineData(ProblemKind.Internal)]
    public void What_cannot_succeed_is_not_tried(ProblemKind kind) =>
        Assert.Null(Policy().WaitAfter(0, Refusal(kind, 1), Ample));

    private sealed class Fixed(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
