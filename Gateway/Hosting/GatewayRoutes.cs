using Loupe.Gateway.Auth;
using Loupe.Gateway.Health;
using Loupe.Gateway.Images;
using Loupe.Gateway.Limits;
using Loupe.Gateway.OpenAi;
using Loupe.Gateway.Playground;
using Loupe.Gateway.Problems;
using Loupe.Gateway.Questions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Hosting;

/// <summary>Puts the gateway into a server.</summary>
public static class GatewayRoutes
{
    private const string Api = "/v1";

    /// <summary>
    /// Maps the whole API: what each request goes through, from the outside in, and what answers it. Tenant and limits are
    /// asked by path and not by endpoint, so that nothing under <c>/v1</c> can be forgotten.
    /// </summary>
    public static WebApplication MapLoupeGateway(this WebApplication app)
    {
        app.UseMiddleware<RequestIds>();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Api), api =>
        {
            api.UseMiddleware<TenantMiddleware>();
            api.UseMiddleware<RequestLimitsMiddleware>();
        });
        app.UseRouting();

        var v1 = app.MapGroup(Api);
        v1.MapImages();
        v1.MapQuestions();
        v1.MapOpenAi();
        v1.MapCluster();
        app.MapHealth();
        app.MapPlayground(app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.Demo);
        app.MapOpenApi("/openapi/{documentName}.json");
        return app;
    }
}
