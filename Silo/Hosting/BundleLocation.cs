namespace Loupe.Silo.Hosting;

/// <summary>Finds the bundle that ships with the program, and the demo scenes inside a bundle.</summary>
internal static class BundleLocation
{
    private const string BundleKey = "Loupe:Bundle";
    private const string DemoKey = "Gateway:Demo";

    private static readonly string Shipped = Path.Combine("models", "scenes-mini");

    /// <summary>Fills in what the configuration leaves open.</summary>
    public static void Complete(ConfigurationManager configuration)
    {
        if (string.IsNullOrEmpty(configuration[BundleKey]))
        {
            configuration[BundleKey] = Find();
        }

        if (string.IsNullOrEmpty(configuration[DemoKey]) && Path.Combine(configuration[BundleKey]!, "demo") is var demo && Directory.Exists(demo))
        {
            configuration[DemoKey] = Path.GetFullPath(demo);
        }
    }

    /// <summary>In the working directory, else in the nearest folder above the program that has it.</summary>
    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null && !Directory.Exists(Shipped); folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, Shipped) is var bundle && Directory.Exists(bundle))
            {
                return bundle;
            }
        }

        return Shipped;
    }
}
