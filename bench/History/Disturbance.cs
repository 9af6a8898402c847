namespace Loupe.Bench.History;

/// <summary>What was done to a silo.</summary>
internal enum DisturbanceKind
{
    /// <summary>kill -9.</summary>
    Kill,

    /// <summary>SIGTERM: it finishes and leaves.</summary>
    Drain,
}

/// <summary>One silo taken away and brought back. Times as in <see cref="Operation"/>.</summary>
/// <param name="Kind">How.</param>
/// <param name="Silo">Which.</param>
/// <param name="At">When.</param>
/// <param name="Back">When it was ready again; null where it never was.</param>
internal sealed record Disturbance(DisturbanceKind Kind, string Silo, double At, double? Back);
