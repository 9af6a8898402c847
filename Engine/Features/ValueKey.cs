namespace Loupe.Engine.Features;

/// <summary>The address of a stage's value: of which image, and the SHA-256 of all that it depends on.</summary>
/// <param name="Image">Whose value it is; forgetting the image forgets it.</param>
/// <param name="Stage">Which stage made it.</param>
/// <param name="Hash">64 hexadecimal digits.</param>
public readonly record struct ValueKey(ImageKey Image, StageName Stage, string Hash);

/// <summary>The memoized stages.</summary>
public enum StageName
{
    Encode,
    Region,
    Detect,
    Mask,
    Decode,
}
