using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Florence.Making;
using Loupe.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Families.Florence;

/// <summary>The toy model as a bundle.</summary>
public sealed class FlorenceBundles : IDisposable
{
    public FlorenceBundles() => FlorenceBundler.Make(
        TinyFlorence.Folder, Folder, new FlorenceBundleOptions { ImageSize = 192, MaxTokens = 29, Name = "tiny-a" });

    public string Folder { get; } = Directory.CreateTempSubdirectory("loupe-florence-").FullName;

    public static ILocalizedModel Open(string folder) => new ModelLoader(ModelLoader.Shipped, NullLogger<ModelLoader>.Instance)
        .Load(folder, new DeviceOptions { Device = "cpu", DecodeSlots = 8 });

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
