namespace Loupe.Silo.Hosting;

/// <summary>Finds the bundle that ships with the program, a bundle by its name, and the demo scenes inside a bundle.</summary>
internal static class BundleLocation
{
    private const string BundleKey = "Loupe:Bundle";
    private const string DemoKey = "Gateway:Demo";
    private const string ModelsKey = "Silo:Models";

    private static readonly string Shipped = Path.Combine("models", "scenes-mini");

    /// <summary>Fills in what the configuration leaves open.</summary>
    public static void Complete(ConfigurationManager configuration)
    {
        if (string.IsNullOrEmpty(configuration[BundleKey]))
        {
            configuration[BundleKey] = Find(Shipped);
        }
        else if (configuration[BundleKey] is { } name && !Directory.Exists(name) && Path.GetFileName(name) == name)
        {
            // A name is of a model that was pulled, or of one that ships.
            var pulled = Path.Combine(configuration[ModelsKey] ?? SiloOptions.DefaultModels, name);
            configuration[BundleKey] = Directory.Exists(pulled)
                ? pulled
                : Find(Path.Combine("models", name)) is var shipped && Directory.Exists(shipped)
                ? shipped
                : throw new UsageException(
                    $"--bundle {name}: neither a folder here nor a model that was pulled; ./loupe models lists those, ./loupe pull "
                        + "fetches others.");
        }

        if (string.IsNullOrEmpty(configuration[DemoKey])
            && Path.Combine(configuration[BundleKey]!, "demo") is var demo
            && Directory.Exists(demo))
        {
            configuration[DemoKey] = Path.GetFullPath(demo);
        }
    }

    /// <summary>In the working directory, else in the nearest folder above the program that has it.</summary>
    private static string Find(string wanted)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null && !Directory.Exists(wanted);
            folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, wanted) is var bundle && Directory.Exists(bundle))
            {
                return bundle;
            }
        }

        return wanted;
    }
}
