using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Loupe.Silo.Hosting;
using Orleans.Connections.Security;

namespace Loupe.Silo.Clustering;

/// <summary>
/// TLS between silos. Both ends show a certificate, and each accepts one that the cluster's own authority signed. The
/// name in it is not compared: silos know each other by address, and addresses of pods change.
/// </summary>
internal sealed class SiloTls
{
    private readonly X509Certificate2 _authority;

    private SiloTls(X509Certificate2 own, X509Certificate2 authority) => (Own, _authority) = (own, authority);

    /// <summary>What this silo shows.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>The files of section <c>Cluster:Tls</c>, or null where none are named.</summary>
    /// <exception cref="UsageException">A file is missing, or not what it should be.</exception>
    public static SiloTls? Load(SiloTlsOptions options)
    {
        if (string.IsNullOrEmpty(options.Certificate))
        {
            return null;
        }

        if (string.IsNullOrEmpty(options.Authority))
        {
            throw new UsageException("Cluster:Tls:Authority is missing: the PEM file of the authority whose certificates are accepted.");
        }

        try
        {
            var own = string.IsNullOrEmpty(options.Key)
                ? X509CertificateLoader.LoadPkcs12FromFile(options.Certificate, options.Password)
                : X509Certificate2.CreateFromPemFile(options.Certificate, options.Key);
            return new SiloTls(own, X509CertificateLoader.LoadCertificateFromFile(options.Authority));
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The certificates of Cluster:Tls cannot be read: {error.Message}");
        }
    }

    public ISiloBuilder Use(ISiloBuilder silo) => silo.UseTls(Own, tls =>
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => Accepts(certificate);
        tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = "loupe";
    });

    /// <summary>Whether the cluster's authority signed it, and it is valid now.</summary>
    public bool Accepts(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        // A private authority rarely serves revocations; a certificate is taken back by a new authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}

/// <summary>Section <c>Cluster:Tls</c>. Without a certificate, silos speak to each other in the clear.</summary>
internal sealed class SiloTlsOptions
{
    public const string Section = "Cluster:Tls";

    /// <summary>File of this silo's certificate: PEM with <see cref="Key"/>, PKCS #12 without. Default: none.</summary>
    public string? Certificate { get; set; }

    /// <summary>PEM file of its private key. Default: none.</summary>
    public string? Key { get; set; }

    /// <summary>Password of a PKCS #12 file. Default: none.</summary>
    public string? Password { get; set; }

    /// <summary>PEM file of the authority whose certificates are accepted. Needed with a certificate.</summary>
    public string? Authority { get; set; }
}
