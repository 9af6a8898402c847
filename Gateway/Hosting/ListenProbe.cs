using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Hosting;

/// <summary>Says what is wrong with the addresses to listen on before anything else of the process has started.</summary>
internal static class ListenProbe
{
    /// <exception cref="ListenRefusedException">Strangers could reach it, and there are no keys.</exception>
    /// <exception cref="IOException">An address is taken.</exception>
    public static void ProbeLoupeListeners(this WebApplication app)
    {
        var guard = app.Services.GetServices<IConfigureOptions<KestrelServerOptions>>().OfType<ListenGuard>().Single();
        foreach (var url
            in (app.Configuration[WebHostDefaults.ServerUrlsKey] ?? string.Empty).Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            var address = BindingAddress.Parse(url.Trim());
            if (!address.IsUnixPipe && !address.IsNamedPipe)
            {
                Probe(guard, new IPEndPoint(AddressOf(address.Host), address.Port));
            }
        }
    }

    private static void Probe(ListenGuard guard, IPEndPoint endpoint)
    {
        guard.Check(endpoint);
        if (endpoint.Port == 0)
        {
            return;
        }

        try
        {
            using var listener = new TcpListener(endpoint);
            listener.Start();
        }
        catch (SocketException error)
        {
            throw new IOException(
                $"{endpoint} cannot be listened on: {error.Message}. Stop who does, or choose another port with --port.", error);
        }
    }

    private static IPAddress AddressOf(string host) =>
        IPAddress.TryParse(host, out var address) ? address : host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
}
