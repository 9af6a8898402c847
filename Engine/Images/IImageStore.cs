namespace Loupe.Engine.Images;

/// <summary>The bytes of images, content-addressed. Every member may be called from any thread.</summary>
public interface IImageStore
{
    /// <summary>Stores an image; returns only when it would survive the loss of the process.</summary>
    Task<StoredImage> AddAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    Task<ImageDescription?> DescribeAsync(ImageKey key, CancellationToken cancellation);

    /// <summary>The bytes, whose hash was checked; null where there are none.</summary>
    Task<ImageContent?> ReadAsync(ImageKey key, CancellationToken cancellation);

    Task<bool> RemoveAsync(ImageKey key, CancellationToken cancellation);
}
