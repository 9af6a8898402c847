using Loupe.Engine.Features;
using Loupe.Engine.Models.Questions;
using StackExchange.Redis;

namespace Loupe.Redis;

/// <summary>
/// The names of the keys. A tenant's name may hold anything, so that only its hash, with the image's, is in them.
/// </summary>
/// <param name="prefix">Of the deployment.</param>
internal sealed class RedisKeys(string prefix)
{
    private readonly string _start = $"{{{prefix}}}:";

    /// <summary>Values by last use: a sorted set of <see cref="MemberOf"/> by milliseconds.</summary>
    public RedisKey Uses => $"{_start}features:uses";

    /// <summary>Bytes of each value: a hash by <see cref="MemberOf"/>.</summary>
    public RedisKey Sizes => $"{_start}features:sizes";

    /// <summary>Bytes of all values.</summary>
    public RedisKey Bytes => $"{_start}features:bytes";

    /// <summary>What the name of a value's key begins with; <see cref="MemberOf"/> follows.</summary>
    public string Values => $"{_start}feature:";

    /// <summary>What the name of an image's set of values begins with; <see cref="HashOf"/> follows.</summary>
    public string Sets => $"{_start}features:of:";

    /// <summary>An image: a hash of its bytes and its description.</summary>
    public RedisKey ImageOf(ImageKey image) => $"{_start}image:{HashOf(image)}";

    public RedisKey ValueOf(ValueKey key) => $"{Values}{MemberOf(key)}";

    /// <summary>The image's hash, and the value's behind it, so that one leads to the other.</summary>
    public static string MemberOf(ValueKey key) => $"{HashOf(key.Image)}/{key.Hash}";

    /// <summary>64 hexadecimal digits of tenant and image.</summary>
    public static string HashOf(ImageKey image) => ContentKey.Of(image.Tenant, image.Id);
}
