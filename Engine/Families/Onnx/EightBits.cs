namespace Loupe.Engine.Families.Onnx;

/// <summary>How a value [B, C, H, W] is told in eight bits: a step for every channel, and one zero for all.</summary>
/// <param name="Steps">What one step of each channel is worth.</param>
/// <param name="Zero">The step that means zero.</param>
internal sealed record EightBits(float[] Steps, byte Zero)
{
    // A channel that rarely says something may say more than it did while it was watched.
    private const float Room = 1.25f;
    private const float Least = 0.1f;

    /// <summary>For a value of which it is known between what its channels lie.</summary>
    /// <param name="from">The least of each channel.</param>
    /// <param name="to">The most of each.</param>
    public static EightBits Between(ReadOnlySpan<float> from, ReadOnlySpan<float> to)
    {
        var (below, above) = (0f, float.Epsilon);
        for (var channel = 0; channel < from.Length; channel++)
        {
            (below, above) = (float.Max(below, -from[channel]), float.Max(above, to[channel]));
        }

        var zero = (byte)float.Round(byte.MaxValue * below / (below + above));
        var least = Least * float.Max(Needed(-below, above, zero), 1e-6f);
        var steps = new float[from.Length];
        for (var channel = 0; channel < steps.Length; channel++)
        {
            steps[channel] = float.Max(Room * Needed(from[channel], to[channel], zero), least);
        }

        return new(steps, zero);
    }

    private static float Needed(float from, float to, byte zero) =>
        float.Max(float.Max(to, 0) / (byte.MaxValue - zero), zero == 0 ? 0 : -float.Min(from, 0) / zero);
}
