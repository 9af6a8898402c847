namespace Loupe.Imaging;

/// <summary>What a picture file says of itself before any pixel is decoded.</summary>
/// <param name="Type">By its first bytes.</param>
/// <param name="Width">Pixels after EXIF orientation; of an animation's first frame.</param>
/// <param name="Height">Pixels after EXIF orientation; of an animation's first frame.</param>
public readonly record struct PictureHeader(PictureType Type, int Width, int Height)
{
    /// <summary>Width × height.</summary>
    public long Pixels => (long)Width * Height;
}
