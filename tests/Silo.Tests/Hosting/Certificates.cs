using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Loupe.Silo.Tests.Hosting;

/// <summary>An authority and certificates of it, as PEM files in a folder of their own.</summary>
internal sealed class Certificates : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-tls-");
    private readonly X509Certificate2 _authority;
    private int _issued;

    public Certificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a test's authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        File.WriteAllText(Authority, _authority.ExportCertificatePem());
    }

    public string Authority => Path.Combine(_folder.FullName, "authority.pem");

    /// <summary>A certificate and its key.</summary>
    public (string Certificate, string Key) Issue(bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=a silo", key, HashAlgorithmName.SHA256);
        var name = Path.Combine(_folder.FullName, $"silo-{++_issued}");
        using var signed = request.Create(
            _authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddHours(expired ? -1 : 1), [1, 2, (byte)_issued]);
        File.WriteAllText(name + ".pem", signed.ExportCertificatePem());
        File.WriteAllText(name + ".key", key.ExportPkcs8PrivateKeyPem());
        return (name + ".pem", name + ".key");
    }

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }
}
