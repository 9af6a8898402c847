using Loupe.Imaging;

namespace Loupe.Engine.Images;

/// <summary>What a file is, and whether all of it is there.</summary>
public interface IPictureInspector
{
    /// <summary>CPU work of milliseconds. Any thread.</summary>
    /// <exception cref="LocalizerException">Not an accepted picture, or beyond a limit.</exception>
    (string MediaType, ImageSize Size) Inspect(ReadOnlyMemory<byte> file);
}

/// <summary>
/// Inspects with libvips: first the header, against the limits; then the whole file is read once, since a truncated one must be
/// refused when it is uploaded and not when it is asked about.
/// </summary>
/// <param name="limits">Largest file and picture accepted.</param>
internal sealed class PictureInspector(PictureLimits limits) : IPictureInspector
{
    public (string MediaType, ImageSize Size) Inspect(ReadOnlyMemory<byte> file)
    {
        try
        {
            var header = Picture.Verify(file.Span, limits);
            return (MediaType(header.Type), new ImageSize(header.Width, header.Height));
        }
        catch (PictureException error)
        {
            throw Refuse(error);
        }
    }

    /// <summary>The refusal that a caller sees for a picture that cannot be read.</summary>
    public static LocalizerException Refuse(PictureException error) => new(
        new Problem
        {
            Kind = error.Fault == PictureFault.TooManyBytes ? ProblemKind.TooLarge : ProblemKind.Unprocessable,
            Detail = error.Message,
        },
        error);

    private static string MediaType(PictureType type) => type switch
    {
        PictureType.Jpeg => "image/jpeg",
        PictureType.Png => "image/png",
        _ => "image/webp",
    };
}
