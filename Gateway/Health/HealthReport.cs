namespace Loupe.Gateway.Health;

/// <summary>The answer of a health check.</summary>
/// <param name="Status"><c>live</c>, <c>ready</c> or <c>unready</c>.</param>
/// <param name="Reason">Why not, for <c>unready</c>.</param>
/// <param name="Degraded">What it serves without for now, for <c>ready</c>; absent when all is well.</param>
internal sealed record HealthReport(string Status, string? Reason = null, IReadOnlyList<string>? Degraded = null);
