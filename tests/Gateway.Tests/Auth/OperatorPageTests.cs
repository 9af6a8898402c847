using System.Text;
using Loupe.Gateway.Auth;

namespace Loupe.Gateway.Tests.Auth;

public sealed class OperatorPageTests
{
    [Theory]
    [InlineData("Bearer secret", "secret")]
    [InlineData("bearer  secret ", "secret")]
    [InlineData("", null)]
    [InlineData("Digest x", null)]
    [InlineData("Basic ", null)]
    [InlineData("Basic !!!", null)]
    public void The_key_is_a_bearer_token(string header, string? expected) => Assert.Equal(expected, OperatorPageMiddleware.KeyOf(header));

    [Theory]
    [InlineData("ann:secret", "secret")]
    [InlineData(":a:b", "a:b")]
    [InlineData("no colon", null)]
    public void Or_the_password_of_any_user(string pair, string? expected) =>
        Assert.Equal(expected, OperatorPageMiddleware.KeyOf("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))));
}
