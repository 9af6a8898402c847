using System.ComponentModel.DataAnnotations;
using Loupe.Grains.Hosting;
using Loupe.Silo.Hosting;

namespace Loupe.Silo.Clustering;

/// <summary>One process's place among the others. Section <c>Cluster</c> of the configuration, beside what every silo has there.</summary>
public sealed class ClusterProcessOptions
{
    /// <summary>
    /// Where silos meet, and keep images and features: <c>host:6379,password=…,ssl=true</c>. Default: none; in the first
    /// process.
    /// </summary>
    public string? Redis { get; set; }

    /// <summary>Silos of one cluster have the same, and meet no others. Default: loupe.</summary>
    public string ClusterId { get; set; } = "loupe";

    /// <summary>The same for clusters that share images and features. Default: loupe.</summary>
    public string ServiceId { get; set; } = "loupe";

    /// <summary>
    /// The first process's port for other silos, the next process has the next; 0: 11111, or any that is free where that is
    /// taken and nobody needs to find it. Default: 0.
    /// </summary>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>Which process of its machine it is, from 0. Default: 0.</summary>
    [Range(0, 127)]
    public int Index { get; set; }

    /// <summary>Whether the first process starts the others. Default: true.</summary>
    public bool StartsOthers { get; set; } = true;

    /// <summary>Orleans' dashboard at <c>/dashboard</c>, behind the keys of <c>Auth</c>. Default: false.</summary>
    public bool Dashboard { get; set; }

    /// <exception cref="UsageException">A setting makes no sense.</exception>
    internal static ClusterProcessOptions Read(IConfiguration configuration)
    {
        var options = configuration.GetSection(LoupeClusterOptions.Section).Get<ClusterProcessOptions>() ?? new();
        List<ValidationResult> errors = [];
        if (!Validator.TryValidateObject(options, new ValidationContext(options), errors, validateAllProperties: true))
        {
            throw new UsageException($"{LoupeClusterOptions.Section}: {errors[0].ErrorMessage}");
        }

        options.ClusterId = string.IsNullOrWhiteSpace(options.ClusterId) ? "loupe" : options.ClusterId;
        options.ServiceId = string.IsNullOrWhiteSpace(options.ServiceId) ? "loupe" : options.ServiceId;
        return options;
    }
}
