using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Families;

/// <summary>Models of the families that ship.</summary>
internal static class ShippedModels
{
    public static ILocalizedModel Load(
        string folder, DeviceOptions device, Microsoft.Extensions.Logging.ILogger<ModelLoader>? logger = null) =>
        new ModelLoader(ModelLoader.Shipped, logger ?? NullLogger<ModelLoader>.Instance).Load(folder, device);
}
