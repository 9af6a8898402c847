namespace Loupe;

/// <summary>Refusals that several doors have in common, worded once.</summary>
public static class QuestionRefusals
{
    /// <summary>A question about no image.</summary>
    public static LocalizerException NoImage() =>
        LocalizerException.Invalid("image", "is required: the id of an uploaded image, or {\"data\": \"<base64>\"}");

    /// <summary>An id that cannot be an image's.</summary>
    public static LocalizerException NotAnImageId() =>
        LocalizerException.Invalid("image", "an image's id is 64 lower-case hexadecimal digits");

    /// <summary>What to say of a deadline that cannot be.</summary>
    /// <param name="most">Milliseconds.</param>
    public static string Deadline(int most) => $"must be {QuestionLimits.MinDeadlineMs} to {most} milliseconds";
}
