namespace Loupe.Imaging;

/// <summary>What a picture file may be at most; anything larger is refused before it is decoded.</summary>
public sealed record PictureLimits
{
    public static readonly PictureLimits Default = new();

    /// <summary>Bytes of the file. Default: 32 MiB.</summary>
    public long MaxBytes { get; init; } = 32L << 20;

    /// <summary>
    /// Pixels that the file claims to hold, since a file of kilobytes can claim gigabytes. Default: 64 million, which is
    /// more than any common camera takes.
    /// </summary>
    public long MaxPixels { get; init; } = 64_000_000;
}
