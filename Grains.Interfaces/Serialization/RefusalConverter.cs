namespace Loupe.Grains.Serialization;

/// <summary>A refusal on its way between silos: all that it says, and nothing of where it came from.</summary>
[GenerateSerializer, Alias("loupe.RefusalSurrogate")]
public struct RefusalSurrogate
{
    [Id(0)] public Problem Problem;
}

/// <summary>Makes the one of the other.</summary>
[RegisterConverter]
public sealed class RefusalConverter : IConverter<LocalizerException, RefusalSurrogate>
{
    public LocalizerException ConvertFromSurrogate(in RefusalSurrogate surrogate) => new(surrogate.Problem);

    public RefusalSurrogate ConvertToSurrogate(in LocalizerException value) => new() { Problem = value.Problem };
}
