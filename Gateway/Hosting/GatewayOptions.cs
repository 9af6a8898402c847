using System.ComponentModel.DataAnnotations;

namespace Loupe.Gateway.Hosting;

/// <summary>What the gateway accepts. Section <c>Gateway</c> of the configuration.</summary>
public sealed class GatewayOptions
{
    public const string Section = "Gateway";

    /// <summary>Whether a server without keys may listen on more than loopback. Default: false.</summary>
    public bool AllowAnonymousRemote { get; set; }

    /// <summary>Folder with the demo scenes that the page at <c>/</c> offers. Default: none; a silo takes its bundle's.</summary>
    public string? Demo { get; set; }

    /// <summary>The largest question accepted, in bytes, beyond an image inside it. Default: 256 KiB.</summary>
    [Range(1 << 10, 1 << 26)]
    public int MaxQuestionBytes { get; set; } = 256 << 10;

    /// <summary>The longest deadline a question may have, in milliseconds. Default: 10 minutes, the most there can be.</summary>
    [Range(QuestionLimits.MinDeadlineMs, QuestionLimits.MaxDeadlineMs)]
    public int MaxDeadlineMs { get; set; } = QuestionLimits.MaxDeadlineMs;

    /// <summary>What one question may take on the wire: its image in base64, and the rest.</summary>
    internal int MaxQuestionBody(ImageLimits images) => (int)Math.Min(Array.MaxLength, ((images.MaxBytes + 2L) / 3 * 4) + MaxQuestionBytes);
}
