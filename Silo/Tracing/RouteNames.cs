using System.Diagnostics;
using OpenTelemetry;

namespace Loupe.Silo.Tracing;

/// <summary>Names the span of a request by its method and route, such as <c>POST /v1/questions</c>; never by its path, which may have an id in it.</summary>
internal sealed class RouteNames : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == "Microsoft.AspNetCore" && data.GetTagItem("http.request.method") is string method)
        {
            data.DisplayName = data.GetTagItem("http.route") is string { Length: > 0 } route ? $"{method} {route}" : method;
        }
    }
}
