using System.Globalization;

namespace Loupe.Engine.Families.Devices;

/// <summary>A device as configuration names it.</summary>
/// <param name="IsCuda">A GPU, as opposed to the CPU.</param>
/// <param name="Ordinal">Which GPU; 0 for the CPU.</param>
/// <param name="OrElseCpu">Whether the CPU will do where the GPU cannot be had.</param>
public readonly record struct DeviceName(bool IsCuda, int Ordinal, bool OrElseCpu)
{
    public static DeviceName Cpu => default;

    /// <exception cref="ArgumentException">None of the known forms.</exception>
    public static DeviceName Parse(string text)
    {
        switch (text.Trim().ToLowerInvariant())
        {
            case "cpu":
                return Cpu;
            case "auto":
                return new(true, 0, true);
            case "cuda":
                return new(true, 0, false);
            case var name when name.StartsWith("cuda:", StringComparison.Ordinal)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal):
                return new(true, ordinal, false);
            default:
                throw new ArgumentException($"Device should be cpu, cuda, cuda:n or auto, found '{text}'.");
        }
    }

    public override string ToString() => IsCuda ? string.Create(CultureInfo.InvariantCulture, $"cuda:{Ordinal}") : "cpu";
}
