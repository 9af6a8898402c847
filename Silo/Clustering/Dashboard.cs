using Loupe.Gateway.Auth;
using Orleans.Dashboard;

namespace Loupe.Silo.Clustering;

/// <summary>Orleans' own dashboard, which shows and asks for more than a stranger should see: off by default, and behind a key.</summary>
internal static class Dashboard
{
    public const string Path = "/dashboard";

    public static void Add(ISiloBuilder silo) => silo.AddDashboard();

    /// <summary>Maps it behind the keys of section <c>Auth</c>; without keys, for callers on this machine alone.</summary>
    public static void Map(WebApplication app)
    {
        app.UseOperatorKeys(Path);
        app.MapOrleansDashboard(Path);
    }
}
