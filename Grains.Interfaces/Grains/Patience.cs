namespace Loupe.Grains;

/// <summary>How long a call between grains may take that waits for a device.</summary>
internal static class Patience
{
    /// <summary>
    /// Longer than any question's deadline, which is what ends the wait: the runtime's own half minute would fail questions
    /// that have time left. A silo that dies breaks its calls by itself.
    /// </summary>
    public const string Longest = "00:11:00";
}
