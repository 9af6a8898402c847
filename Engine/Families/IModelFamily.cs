using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families;

/// <summary>
/// A kind of model: how its manifest, graphs and tokenizer become an <see cref="ILocalizedModel"/>. One of another assembly is
/// added to the services of the process, beside <see cref="ModelLoader.Shipped"/>.
/// </summary>
public interface IModelFamily
{
    /// <summary>As <c>family</c> in the manifest.</summary>
    string Name { get; }

    /// <summary>What a bundle understands and offers, without a device; <see cref="BundleDescription.Device"/> stays open.</summary>
    /// <exception cref="BundleException">Manifest or tokenizer are not what the family needs.</exception>
    IGrammar Read(Bundle bundle);

    /// <summary>Loads and warms up a model.</summary>
    /// <exception cref="BundleException">The bundle is not what the family needs.</exception>
    /// <exception cref="DeviceException">The device cannot run it.</exception>
    ILocalizedModel Load(Bundle bundle, Device device, DeviceOptions options);
}
