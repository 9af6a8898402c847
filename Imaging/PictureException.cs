namespace Loupe.Imaging;

/// <summary>Why a picture file is refused.</summary>
public enum PictureFault
{
    /// <summary>It is no JPEG, PNG or WebP file.</summary>
    NotAPicture,

    /// <summary>It begins as one, but ends early or is damaged.</summary>
    Truncated,

    /// <summary>It claims more pixels than are accepted.</summary>
    TooManyPixels,

    /// <summary>It has more bytes than are accepted.</summary>
    TooManyBytes,
}

/// <summary>A picture file that is refused; the message is fit for whoever sent the file.</summary>
public sealed class PictureException(PictureFault fault, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public PictureFault Fault { get; } = fault;
}
