using System.Globalization;
using Loupe.Engine.Models.Questions;

namespace Loupe.Grains.Keys;

/// <summary>
/// Keys of query grains: <c>tenant/answer id</c>. The id alone finds the answer; on which silo the grain begins is told by
/// the image that comes with the question.
/// </summary>
internal static class QuestionAddress
{
    private const string Key = "loupe.image";

    /// <summary>
    /// An answer's id, 64 hexadecimal digits: over tenant, bundle, image, regions, task, text and decoding parameters.
    /// Deadline, priority and streaming are no part of a question's identity.
    /// </summary>
    public static string IdOf(ImageAddress image, CanonicalQuestion question) => ContentKey.Of(
        "answer", image.Image.Tenant, image.Digest, image.Image.Id, question.Prompt.Canonical, question.Task.ToString(), question.Text,
        question.MaxWords.ToString(CultureInfo.InvariantCulture) + (question.Detail is { } detail ? $" {detail}" : ""));

    /// <summary>The grain of an answer.</summary>
    public static string Of(string tenant, string answerId) => $"{Uri.EscapeDataString(tenant)}/{answerId}";

    /// <summary>Says with the calls from here on where a query grain that does not exist yet is to be placed.</summary>
    public static void Announce(ImageAddress? image)
    {
        if (image is { } known)
        {
            RequestContext.Set(Key, known.ToString());
        }
    }

    /// <summary>The same as the context of one call.</summary>
    public static Dictionary<string, object> ContextOf(ImageAddress image) => new() { [Key] = image.ToString() };

    /// <summary>The image that was announced with a call; null where none was.</summary>
    public static ImageAddress? Announced(IReadOnlyDictionary<string, object>? context) =>
        context is not null && context.TryGetValue(Key, out var image) && image is string key ? ImageAddress.Parse(key) : null;
}
