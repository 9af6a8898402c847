using System.Net;

namespace Loupe.Gateway.Hosting;

/// <summary>The server would listen to strangers without asking them for a key.</summary>
internal sealed class ListenRefusedException(IPEndPoint endpoint) : Exception(
    $"Refusing to listen on {endpoint} without keys, because anybody who reaches it could use it. Configure Auth:Keys, listen on "
    + "127.0.0.1, or say that this is meant: Gateway:AllowAnonymousRemote=true.");
