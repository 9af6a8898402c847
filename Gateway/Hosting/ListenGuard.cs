using System.Net;
using Loupe.Gateway.Auth;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Hosting;

/// <summary>Keeps a server without keys off the network, unless its operator says that this is meant.</summary>
internal sealed class ListenGuard(KeyRing keys, IOptions<GatewayOptions> options) : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions kestrel) =>
        // Asked for every endpoint before it is bound, wherever it was configured.
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            if (listen.IPEndPoint is { } endpoint)
            {
                Check(endpoint);
            }
        });

    /// <exception cref="ListenRefusedException">Strangers could reach it, and there are no keys.</exception>
    public void Check(IPEndPoint endpoint)
    {
        if (keys.IsEmpty && !options.Value.AllowAnonymousRemote && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new ListenRefusedException(endpoint);
        }
    }
}
