using System.Diagnostics;
using OpenTelemetry;

namespace Loupe.Silo.Tracing;

/// <summary>Takes the keys of grains out of the spans of calls between them: they name tenants and images.</summary>
internal sealed class NoKeys : BaseProcessor<Activity>
{
    private static readonly string[] Kept = ["rpc.system", "rpc.service", "rpc.method", "status"];

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal))
        {
            foreach (var (name, _) in data.TagObjects.Where(tag => !Kept.Contains(tag.Key)).ToArray())
            {
                data.SetTag(name, null);
            }
        }
    }
}
