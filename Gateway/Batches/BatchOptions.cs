using System.ComponentModel.DataAnnotations;

namespace Loupe.Gateway.Batches;

/// <summary>How batches are run. Section <c>Batch</c> of the configuration.</summary>
public sealed class BatchOptions
{
    public const string Section = "Batch";

    /// <summary>Questions of one batch that run at once. Default: 32.</summary>
    [Range(1, 4096)]
    public int Concurrency { get; set; } = 32;

    /// <summary>The longest line accepted, in bytes, an image inside it included. Default: 8 MiB.</summary>
    [Range(1 << 10, 1 << 30)]
    public int MaxLineBytes { get; set; } = 8 << 20;
}
