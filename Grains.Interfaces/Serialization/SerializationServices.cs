using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace Loupe.Grains.Serialization;

/// <summary>Lets the contract's types travel between grains.</summary>
public static class SerializationServices
{
    public static IServiceCollection AddLoupeSerialization(this IServiceCollection services)
    {
        Add<ContractCodec>(services);
        Add<HandCodec>(services);
        return services;
    }

    private static void Add<T>(IServiceCollection services)
        where T : class, IGeneralizedCodec, IGeneralizedCopier, ITypeFilter
    {
        services.AddSingleton<T>();
        services.AddSingleton<IGeneralizedCodec>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<T>());
        services.AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<T>());
    }
}
