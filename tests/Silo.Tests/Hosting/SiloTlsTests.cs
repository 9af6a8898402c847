using System.Security.Cryptography.X509Certificates;
using Loupe.Silo.Clustering;
using Loupe.Silo.Hosting;

namespace Loupe.Silo.Tests.Hosting;

public sealed class SiloTlsTests
{
    [Fact]
    public void Without_a_certificate_there_is_no_tls() => Assert.Null(SiloTls.Load(new SiloTlsOptions()));

    [Fact]
    public void A_certificate_of_the_authority_is_accepted_and_no_other()
    {
        using var ours = new Certificates();
        using var theirs = new Certificates();
        var (certificate, key) = ours.Issue();
        var tls = SiloTls.Load(new SiloTlsOptions { Certificate = certificate, Key = key, Authority = ours.Authority })!;
        Assert.True(tls.Own.HasPrivateKey);
        Assert.True(tls.Accepts(Read(ours.Issue())));
        Assert.False(tls.Accepts(Read(theirs.Issue())));
        Assert.False(tls.Accepts(Read(ours.Issue(expired: true))));
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        using var ours = new Certificates();
        var (certificate, key) = ours.Issue();
        Assert.Contains(
            "Authority",
            Assert.Throws<UsageException>(() => SiloTls.Load(new SiloTlsOptions { Certificate = certificate, Key = key })).Message,
            StringComparison.Ordinal);
        Assert.Throws<UsageException>(
            () => SiloTls.Load(new SiloTlsOptions { Certificate = certificate + ".gone", Key = key, Authority = ours.Authority }));
        Assert.Throws<UsageException>(
            () => SiloTls.Load(new SiloTlsOptions { Certificate = certificate, Key = ours.Authority, Authority = ours.Authority }));
    }

    private static X509Certificate2 Read((string Certificate, string Key) files) =>
        X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
}
