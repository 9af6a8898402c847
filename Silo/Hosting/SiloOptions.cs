using System.ComponentModel.DataAnnotations;

namespace Loupe.Silo.Hosting;

/// <summary>The process. Section <c>Silo</c> of the configuration.</summary>
public sealed class SiloOptions
{
    public const string Section = "Silo";

    /// <summary>Of <see cref="Models"/>.</summary>
    public const string DefaultModels = "loupe-models";

    /// <summary>Where it listens, unless <c>urls</c> says more. Default: 127.0.0.1.</summary>
    [Required]
    public string Host { get; set; } = "127.0.0.1";

    /// <summary>The port it listens on, 0 for any that is free. Default: 8080.</summary>
    [Range(0, 65535)]
    public int Port { get; set; } = 8080;

    /// <summary>
    /// A second port for who runs the server: <c>/metrics</c> is there then and on no other port, and there is nothing else but
    /// <c>/health</c>. Default: 0, none, which leaves <c>/metrics</c> where everything is.
    /// </summary>
    [Range(0, 65535)]
    public int ManagementPort { get; set; }

    /// <summary>Folder of the models that were pulled, which a bundle may be named of. Default: loupe-models.</summary>
    [Required]
    public string Models { get; set; } = DefaultModels;

    /// <summary>How long running questions may take to finish when the process is asked to stop, in seconds. Default: 25.</summary>
    [Range(0, 3600)]
    public int ShutdownSeconds { get; set; } = 25;
}
