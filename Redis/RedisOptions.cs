using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Loupe.Redis;

/// <summary>How a cluster uses its Redis, which <c>Cluster:Redis</c> names. Section <c>Redis</c> of the configuration.</summary>
public sealed class RedisOptions
{
    public const string Section = "Redis";

    /// <summary>
    /// Begins the name of every key, in braces, so that all keys of a deployment share one slot. Deployments that share
    /// images and features have the same, others must not. Default: <c>Cluster:ServiceId</c>.
    /// </summary>
    [RegularExpression(
        "[A-Za-z0-9_.:-]{1,100}", ErrorMessage = "Prefix (or Cluster:ServiceId): letters, digits and _ . : - only, at most 100")]
    public string Prefix { get; set; } = "";

    /// <summary>Bytes of features kept in Redis, of all silos together; 0 for none. Default: 1 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long FeatureBytes { get; set; } = 1L << 30;

    /// <summary>Hours for which features that nobody asks for are kept. Default: 24.</summary>
    [Range(0.001, 8760)]
    public double FeatureHours { get; set; } = 24;

    /// <summary>Features in line to be written; what comes beyond is not kept. Default: 64.</summary>
    [Range(1, 100_000)]
    public int FeaturesInLine { get; set; } = 64;

    /// <summary>Milliseconds a question waits for features before it computes them. Default: 100.</summary>
    [Range(1, 60_000)]
    public int FeatureMilliseconds { get; set; } = 100;

    /// <summary>Milliseconds to wait for the description of an image, or for its deletion. Default: 1 000.</summary>
    [Range(1, 60_000)]
    public int TimeoutMilliseconds { get; set; } = 1_000;

    /// <summary>Milliseconds to wait for the bytes of an image, there or back. Default: 5 000.</summary>
    [Range(1, 600_000)]
    public int TransferMilliseconds { get; set; } = 5_000;

    /// <summary>Seconds for which Redis is not asked when a tenth of the commands failed for as long. Default: 2.</summary>
    [Range(0.5, 600)]
    public double RestSeconds { get; set; } = 2;

    /// <summary>Replicas that must have an upload before it is acknowledged (<c>WAIT</c>). Default: 0.</summary>
    [Range(0, 100)]
    public int Replicas { get; set; }

    /// <summary>Descriptions of images remembered, for questions while Redis is away. Default: 10 000.</summary>
    [Range(0, 10_000_000)]
    public int DescriptionsRemembered { get; set; } = 10_000;
}

/// <summary>Checks the options; each message names the key to mend.</summary>
internal sealed class RedisOptionsValidator : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        List<ValidationResult> results = [];
        return Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(results.Select(result => $"{RedisOptions.Section}: {result.ErrorMessage}"));
    }
}
