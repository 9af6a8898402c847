namespace Loupe.Command.Load;

/// <summary>How a server is loaded.</summary>
internal sealed record LoadOptions
{
    /// <summary>How many clients ask at once, each one question after the other.</summary>
    public int Clients { get; init; } = 64;

    /// <summary>For how long new questions are asked.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Share of questions whose client hangs up mid-stream, 0 to 1.</summary>
    public double HangUp { get; init; } = 0.5;

    /// <summary>Share of questions whose boxes and points are moved, so that no memo can serve them, 0 to 1.</summary>
    public double Fresh { get; init; } = 0.5;

    public int Seed { get; init; } = 1;
}
