namespace Loupe.Bench.Simulation;

/// <summary>A question under way.</summary>
/// <param name="Image">By popularity, from 0.</param>
/// <param name="Region">Its number; equal for equal regions of an image.</param>
/// <param name="Text">Its number; equal for equal texts.</param>
/// <param name="Words">Of its answer.</param>
/// <param name="Asked">When, in virtual seconds.</param>
internal sealed record SimulatedQuestion(int Image, long Region, long Text, int Words, double Asked);

/// <summary>How a question found what it needed, stage by stage.</summary>
internal sealed class Found
{
    public bool? Answer { get; set; }

    public bool? Prefix { get; set; }

    public FeatureReuse? Features { get; set; }
}
