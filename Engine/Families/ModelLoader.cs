using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Florence;
using Loupe.Engine.Families.Pixel;
using Loupe.Engine.Families.Simulated;
using Loupe.Engine.Models;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Families;

/// <summary>Opens a bundle on a device.</summary>
/// <param name="families">Those that a bundle may be of.</param>
/// <param name="logger">Hears what was loaded, and where.</param>
public sealed partial class ModelLoader(IEnumerable<IModelFamily> families, ILogger<ModelLoader> logger)
{
    private readonly IModelFamily[] _families = [.. families];
    private readonly ILogger _logger = logger;

    /// <summary>The families that come with Loupe.</summary>
    public static IReadOnlyList<IModelFamily> Shipped { get; } = [new PixelFamily(), new FlorenceFamily()];

    /// <summary>
    /// Checks a bundle, loads it and runs every graph once, so that the first question is as fast as the next.
    /// Seconds of work; any thread.
    /// </summary>
    /// <param name="bundleDirectory">A directory with a <c>bundle.json</c>.</param>
    /// <param name="device">What to run it on.</param>
    /// <returns>The warm model, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">An option makes no sense; the message names it.</exception>
    /// <exception cref="BundleException">The bundle is missing, malformed or altered.</exception>
    /// <exception cref="DeviceException">The device was named and cannot be used.</exception>
    public ILocalizedModel Load(string bundleDirectory, DeviceOptions device)
    {
        device.Validate();
        if (device.IsSimulated)
        {
            var simulated = Simulate(device);
            LogSimulated(simulated.Grammar.Bundle.Device);
            return simulated;
        }

        var bundle = Bundle.Load(bundleDirectory);
        var model = Load(FamilyOf(bundle), bundle, device);
        LogLoaded(bundle.Manifest.Name, bundle.Manifest.Version, bundle.Digest, model.Bundle.Device);
        return model;
    }

    /// <summary>
    /// Checks a bundle and gives what it understands, without opening a graph: for a process that passes questions on and
    /// must agree with the others on what they mean.
    /// </summary>
    /// <param name="bundleDirectory">A directory with a <c>bundle.json</c>.</param>
    /// <param name="device">What the others run it on, which matters only where it is simulated.</param>
    /// <exception cref="BundleException">The bundle is missing, malformed or altered.</exception>
    public IGrammar Read(string bundleDirectory, DeviceOptions device)
    {
        if (device.IsSimulated)
        {
            return Simulate(device).Grammar;
        }

        var bundle = Bundle.Load(bundleDirectory);
        return FamilyOf(bundle).Read(bundle);
    }

    private static SimulatedModel Simulate(DeviceOptions device) =>
        new(ServiceTimes.Parse(device.Device), device, TimeProvider.System, Thread.Sleep);

    private IModelFamily FamilyOf(Bundle bundle) =>
        Array.Find(_families, family => family.Name == bundle.Manifest.Family) ?? throw new BundleException(
            $"{Path.Combine(bundle.Folder, Bundle.ManifestName)}: $.family should be one of "
            + $"{string.Join(", ", _families.Select(family => $"'{family.Name}'"))}, found '{bundle.Manifest.Family}'.");

    private ILocalizedModel Load(IModelFamily family, Bundle bundle, DeviceOptions options)
    {
        var name = DeviceName.Parse(options.Device);
        if (name.IsCuda)
        {
            try
            {
                return family.Load(bundle, CudaDevice.Open(name.Ordinal), options);
            }
            catch (DeviceException e) when (name.OrElseCpu)
            {
                LogCpuInstead();
                LogNoCuda(e.Message);
            }
        }

        return family.Load(bundle, CpuDevice.Instance, options);
    }
}
