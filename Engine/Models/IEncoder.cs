namespace Loupe.Engine.Models;

/// <summary>The encode stage of a model: picture → features.</summary>
public interface IEncoder
{
    /// <summary>Most pictures of one batch.</summary>
    int MaxBatch { get; }

    /// <summary>Threads that may call <see cref="Encode"/> at once.</summary>
    int Workers => 1;

    /// <summary>
    /// Decodes and resizes a picture to what the graph reads. Any thread; CPU work of milliseconds.
    /// </summary>
    /// <param name="image">The stored file: PNG, JPEG or WebP.</param>
    /// <exception cref="LocalizerException"><see cref="ProblemKind.Unprocessable"/>: not a whole picture.</exception>
    PreparedPicture Prepare(ReadOnlyMemory<byte> image);

    /// <summary>Encodes a batch. Device threads. Each value is the same bits whatever else is in the batch or beside it.</summary>
    IReadOnlyList<StageValue> Encode(IReadOnlyList<PreparedPicture> batch);

    /// <summary>Brings features back from a tier or another silo.</summary>
    /// <exception cref="InvalidDataException">Type or shape is not this model's.</exception>
    StageValue Import(TensorBlob blob);
}

/// <summary>A picture ready for the encoder, in host memory.</summary>
public abstract class PreparedPicture : IDisposable
{
    /// <summary>Size of the original image in pixels, after EXIF orientation.</summary>
    public required ImageSize Size { get; init; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
