using Loupe.Engine.Hosting;
using Loupe.Silo.Hosting;

namespace Loupe.Silo.Clustering;

/// <summary>What answers questions: this process alone, or a cluster.</summary>
internal static class ServingParts
{
    public static void Add(WebApplicationBuilder builder)
    {
        var (clustered, hasModel) = (ClusterProcess.IsAskedFor(builder.Configuration), ClusterProcess.HasModel(builder.Configuration));
        if (hasModel)
        {
            builder.Services.AddLoupeEngine(builder.Configuration);
        }
        else if (clustered)
        {
            builder.Services.AddLoupeImages(builder.Configuration);
        }
        else
        {
            throw new UsageException("Cluster:Roles leaves this process without a model, and there is no cluster to ask: add encode and decode, or --redis.");
        }

        if (clustered)
        {
            ClusterProcess.Add(builder);
        }
    }

    /// <summary>Maps what only a cluster has; before the gateway.</summary>
    public static void Map(WebApplication app)
    {
        if (ClusterProcess.IsAskedFor(app.Configuration) && Dashboard.IsAskedFor(app.Configuration))
        {
            Dashboard.Map(app);
        }
    }
}
