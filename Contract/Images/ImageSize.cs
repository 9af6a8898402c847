namespace Loupe;

/// <summary>Pixels of an image after EXIF orientation.</summary>
public readonly record struct ImageSize(int Width, int Height);
