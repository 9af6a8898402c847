using System.ComponentModel.DataAnnotations;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Hosting;

/// <summary>One silo's part in the cluster. Section <c>Cluster</c> of the configuration.</summary>
public sealed class LoupeClusterOptions
{
    public const string Section = "Cluster";

    /// <summary>Processes of this machine that have the roles below; the first starts the others. Default: 1.</summary>
    [Range(1, 64)]
    public int Silos { get; set; } = 1;

    /// <summary>Further processes of this machine that serve HTTP and have no model. Default: 0.</summary>
    [Range(0, 64)]
    public int Gateways { get; set; }

    /// <summary>Seconds for which a process that starts waits to be ready until all of its machine are there. Default: 60.</summary>
    [Range(0, 3600)]
    public double TogetherSeconds { get; set; } = 60;

    /// <summary>Of <c>gateway</c>, <c>encode</c>, <c>decode</c>. Default: none named, which means all three.</summary>
    public string[] Roles { get; set; } = [];

    /// <summary>The roles this silo has.</summary>
    public IReadOnlyList<string> Served => Roles.Length == 0 ? SiloRoles.All : Roles;

    /// <summary>Whether it has a role that needs the model.</summary>
    public bool HasModel => Served.Intersect(SiloRoles.OfModel).Any();

    /// <summary>Its weight in placement: a silo of twice the capacity is home to twice the images. Default: 1.</summary>
    [Range(0.001, 1_000_000)]
    public double Capacity { get; set; } = 1;

    /// <summary>Milliseconds between two posts on the load boards. Default: 250.</summary>
    [Range(10, 60_000)]
    public int PublishMilliseconds { get; set; } = 250;

    /// <summary>Seconds after which a silo not heard of counts as saturated. Default: 2.</summary>
    [Range(0.05, 600)]
    public double StaleSeconds { get; set; } = 2;

    /// <summary>Saturation up to which a silo always keeps its images. Default: 1.</summary>
    [Range(0, 1_000)]
    public double BoundFloor { get; set; } = 1;

    /// <summary>Above that, the multiple of the cluster's mean saturation at which a silo is passed over. Default: 1.25.</summary>
    [Range(1, 1_000)]
    public double BoundSpread { get; set; } = 1.25;

    /// <summary>Seconds between two probes of a silo by another, and for the answer to one. Default: 2.</summary>
    [Range(0.1, 60)]
    public double ProbeSeconds { get; set; } = 2;

    /// <summary>Probes in a row a silo misses before the one that probes it votes it dead. Default: 2.</summary>
    [Range(1, 100)]
    public int MissedProbes { get; set; } = 2;

    /// <summary>Votes for a silo to be declared dead; fewer where there are fewer silos. Default: 2.</summary>
    [Range(1, 64)]
    public int DeathVotes { get; set; } = 2;

    /// <summary>
    /// Seconds between two signs of life in the membership; a silo without one for three times as long holds up none that joins.
    /// Default: 5.
    /// </summary>
    [Range(1, 300)]
    public double AliveSeconds { get; set; } = 5;

    /// <summary>
    /// Most of a silo's device that the questions about one image may take before they are spread over further silos,
    /// 1 for all of it. Default: 0.1.
    /// </summary>
    [Range(0.01, 1_000_000)]
    public double ImageShare { get; set; } = 0.1;

    /// <summary>Seconds after which a question counts half when the share of its image is judged. Default: 2.</summary>
    [Range(0.05, 600)]
    public double HeatSeconds { get; set; } = 2;

    /// <summary>Seconds for which a question outlives the loss of its silo, within its deadline. Default: 15.</summary>
    [Range(0, 600)]
    public double RecoverySeconds { get; set; } = 15;

    /// <summary>Milliseconds between two tries of a question whose silo was lost. Default: 200.</summary>
    [Range(1, 60_000)]
    public int RetryMilliseconds { get; set; } = 200;

    /// <summary>Seconds to wait for features from their home before they are computed here. Default: 5.</summary>
    [Range(0.01, 600)]
    public double PullSeconds { get; set; } = 5;

    /// <summary>
    /// Seconds a silo that leaves may take to hand its features over, within the process's time to shut down. Default:
    /// 10.
    /// </summary>
    [Range(0, 600)]
    public double HandOffSeconds { get; set; } = 10;

    /// <summary>Bytes of features handed over at most, the most valuable first. Default: 1 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long HandOffBytes { get; set; } = 1L << 30;
}

/// <summary>Checks the options; each message names the key to mend.</summary>
internal sealed class LoupeClusterOptionsValidator : IValidateOptions<LoupeClusterOptions>
{
    public ValidateOptionsResult Validate(string? name, LoupeClusterOptions options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        List<string> errors = [.. results.Select(result => $"{LoupeClusterOptions.Section}: {result.ErrorMessage}")];
        errors.AddRange(options.Roles.Except(SiloRoles.All).Select(
            role => $"{LoupeClusterOptions.Section}:Roles: {role} is none of {string.Join(", ", SiloRoles.All)}"));
        if (options.StaleSeconds * 1000 <= options.PublishMilliseconds)
        {
            errors.Add(
                $"{LoupeClusterOptions.Section}:StaleSeconds: must be longer than PublishMilliseconds, or every silo is stale between two "
                    + "posts");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
