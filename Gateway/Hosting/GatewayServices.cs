using System.Text.Json.Serialization;
using Loupe.Gateway.Auth;
using Loupe.Gateway.Batches;
using Loupe.Gateway.Images;
using Loupe.Gateway.Limits;
using Loupe.Gateway.Metering;
using Loupe.Gateway.OpenAi;
using Loupe.Gateway.OpenApi;
using Loupe.Gateway.Questions;
using Loupe.Gateway.Streaming;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Hosting;

/// <summary>Registers the gateway.</summary>
public static class GatewayServices
{
    /// <summary>
    /// Adds the HTTP API over the <see cref="ILocalizer"/> and the <see cref="IClusterView"/> that the process registers.
    /// </summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">Sections <c>Gateway</c>, <c>Auth</c>, <c>Limits</c> and <c>Batch</c>.</param>
    public static IServiceCollection AddLoupeGateway(this IServiceCollection services, IConfiguration configuration)
    {
        AddOptions<GatewayOptions>(services, configuration, GatewayOptions.Section);
        AddOptions<AuthOptions>(services, configuration, AuthOptions.Section);
        AddOptions<LimitsOptions>(services, configuration, LimitsOptions.Section);
        AddOptions<BatchOptions>(services, configuration, BatchOptions.Section);
        services.AddSingleton<IValidateOptions<AuthOptions>, AuthOptionsValidator>();

        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ListenGuard>();
        services.AddSingleton<RequestRate>();
        services.AddSingleton<RequestsInFlight>();
        services.AddSingleton<BodyBudget>();
        services.AddSingleton<ImageUpload>();
        services.AddSingleton<QuestionReader>();
        services.AddSingleton<QuestionRunner>();
        services.AddSingleton<AnswerStreamer>();
        services.AddSingleton<BatchRunner>();
        services.AddSingleton<ChatReader>();
        services.AddSingleton<ChatResponse>();
        services.AddSingleton<Drain>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Drain>());

        services.ConfigureHttpJsonOptions(json =>
        {
            // As the contract's own options have it: the OpenAPI document would else allow numbers as strings.
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, LoupeJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(1, GatewayJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(2, OpenAiJson.Default);
        });
        services.AddOpenApi("v1", ContractDocument.Configure);
        return services;
    }

    private static void AddOptions<T>(IServiceCollection services, IConfiguration configuration, string section)
        where T : class =>
        services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();
}
