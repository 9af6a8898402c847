using System.Globalization;

namespace Loupe.Engine.Families.Simulated;

/// <summary>
/// How long a simulated device takes, and how large its values are: <c>simulated:encode=25ms,region=7ms,step=1ms</c>.
/// What is left out keeps its default.
/// </summary>
public sealed record ServiceTimes
{
    private const string Name = "simulated";

    /// <summary>Of one picture. Default: 25 ms.</summary>
    public TimeSpan Encode { get; private init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Of one region prompt. Default: 7 ms.</summary>
    public TimeSpan Region { get; private init; } = TimeSpan.FromMilliseconds(7);

    /// <summary>Of one decode step, however many sequences take part, and of reading a prompt. Default: 1 ms.</summary>
    public TimeSpan Step { get; private init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Bytes of an image's features. Default: 147 456, those of the bundle that ships.</summary>
    public int Features { get; private init; } = 147_456;

    /// <summary>Bytes of a region's prefix. Default: 81 920, those of the bundle that ships.</summary>
    public int Prefix { get; private init; } = 81_920;

    /// <summary>Whether a device's name asks for a simulated one.</summary>
    public static bool AreAskedFor(string device) =>
        device.Equals(Name, StringComparison.OrdinalIgnoreCase) || device.StartsWith($"{Name}:", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a device's name.</summary>
    /// <exception cref="ArgumentException">Not of that form; the message says what is.</exception>
    public static ServiceTimes Parse(string device)
    {
        var times = new ServiceTimes();
        foreach (var part in device.Contains(':') ? device[(device.IndexOf(':') + 1)..].Split(',') : [])
        {
            times = part.Split('=') switch
            {
                ["encode", var text] when Milliseconds(text) is { } time => times with { Encode = time },
                ["region", var text] when Milliseconds(text) is { } time => times with { Region = time },
                ["step", var text] when Milliseconds(text) is { } time => times with { Step = time },
                ["features", var text] when Bytes(text) is { } bytes => times with { Features = bytes },
                ["prefix", var text] when Bytes(text) is { } bytes => times with { Prefix = bytes },
                _ => throw new ArgumentException(
                    "A simulated device should be simulated:encode=25ms,region=7ms,step=1ms,features=147456,prefix=81920 or a part of "
                        + $"that, found '{part}' in '{device}'."),
            };
        }

        return times;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name}:encode={Encode.TotalMilliseconds:0.###}ms,region={Region.TotalMilliseconds:0.###}ms,"
            + $"step={Step.TotalMilliseconds:0.###}ms,features={Features},prefix={Prefix}");

    private static TimeSpan? Milliseconds(string text) =>
        text.EndsWith("ms", StringComparison.Ordinal)
        && double.TryParse(text.AsSpan(0, text.Length - 2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number is >= 0 and <= 60_000
            ? TimeSpan.FromMilliseconds(number)
            : null;

    // A value starts with the eight bytes that tell it from others.
    private static int? Bytes(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 8 and <= 64 << 20
            ? number
            : null;
}
