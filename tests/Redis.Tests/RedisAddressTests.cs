namespace Loupe.Redis.Tests;

public sealed class RedisAddressTests
{
    [Fact]
    public void It_names_the_servers_and_never_the_password()
    {
        var address = RedisAddress.Parse("one:6379,127.0.0.1:6380,password=hush,ssl=true");
        Assert.Equal("one:6379, 127.0.0.1:6380", address.ToString());
        var options = address.Options("images");
        Assert.Equal(("hush", true, false), (options.Password, options.Ssl, options.AbortOnConnectFail));
    }

    [Theory]
    [InlineData("password=hush")]
    [InlineData("one:6379,passwort=hush")]
    [InlineData("one:port,password=hush")]
    public void What_is_none_is_refused_without_being_repeated(string text) =>
        Assert.DoesNotContain("hush", Assert.Throws<FormatException>(() => RedisAddress.Parse(text)).ToString(), StringComparison.Ordinal);
}
