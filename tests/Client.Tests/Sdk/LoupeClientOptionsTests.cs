namespace Loupe.Client.Tests.Sdk;

public sealed class LoupeClientOptionsTests
{
    public static TheoryData<string> Wrong => ["ftp://host", "localhost:8080", "relative/path"];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_server_is_an_http_address(string server)
    {
        var error = Assert.Throws<ArgumentException>(() => new LoupeClient(new() { Server = new Uri(server, UriKind.RelativeOrAbsolute) }));
        Assert.Contains(LoupeClientOptions.DefaultServer, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_make_no_sense_are_refused()
    {
        LoupeClientOptions good = new() { Server = new Uri("http://host") };
        new LoupeClient(good).Dispose();
        Assert.ThrowsAny<ArgumentException>(() => new LoupeClient(good with { MaxRetries = -1 }));
        Assert.ThrowsAny<ArgumentException>(() => new LoupeClient(good with { Timeout = TimeSpan.Zero }));
        Assert.ThrowsAny<ArgumentException>(() => new LoupeClient(good with { Grace = TimeSpan.FromSeconds(-1) }));
        Assert.ThrowsAny<ArgumentException>(() => new LoupeClient(good with { FirstRetry = TimeSpan.Zero }));
        Assert.ThrowsAny<ArgumentException>(() => new LoupeClient(good with { LongestRetry = good.FirstRetry / 2 }));
    }
}
