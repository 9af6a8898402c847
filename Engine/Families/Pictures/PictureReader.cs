using System.Buffers;
using Loupe.Engine.Models;
using Loupe.Imaging;

namespace Loupe.Engine.Families.Pictures;

/// <summary>Decodes and scales a file into size × size × 3 bytes; the header has the size before scaling.</summary>
internal delegate PictureHeader Scale(ReadOnlySpan<byte> file, int size, Span<byte> rgb);

/// <summary>Files as encode graphs read them: float32 [3, S, S], normalized. Any thread.</summary>
/// <param name="size">S.</param>
/// <param name="normalizer">Bytes → numbers.</param>
/// <param name="kept">Pictures whose memory is kept for the next.</param>
/// <param name="scale">How a picture becomes a square.</param>
internal sealed class PictureReader(int size, PixelNormalizer normalizer, int kept, Scale scale) : IDisposable
{
    private readonly PicturePool _pool = new(3L * size * size * sizeof(float), kept);

    /// <exception cref="LocalizerException"><see cref="ProblemKind.Unprocessable"/>: not a whole picture.</exception>
    public PreparedPicture Read(ReadOnlyMemory<byte> image)
    {
        var rgb = ArrayPool<byte>.Shared.Rent(size * size * 3);
        try
        {
            var square = rgb.AsSpan(0, size * size * 3);
            var header = scale(image.Span, size, square);
            var pixels = _pool.Rent();
            normalizer.Normalize(square, pixels.AsSpan<float>());
            return new PixelPicture(_pool, pixels) { Size = new ImageSize(header.Width, header.Height) };
        }
        catch (PictureException e)
        {
            throw LocalizerException.Of(ProblemKind.Unprocessable, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgb);
        }
    }

    public void Dispose() => _pool.Dispose();
}
