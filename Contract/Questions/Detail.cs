using System.Text.Json.Serialization;

namespace Loupe;

/// <summary>How much a description says, where the bundle offers a choice.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Detail>))]
public enum Detail
{
    /// <summary>A phrase, or what kind of thing it is.</summary>
    [JsonStringEnumMemberName("brief")] Brief,

    /// <summary>A sentence or two.</summary>
    [JsonStringEnumMemberName("detailed")] Detailed,

    /// <summary>All there is to say.</summary>
    [JsonStringEnumMemberName("paragraph")] Paragraph,
}
