using System.Net;
using System.Text;

namespace Loupe.Gateway.Tests.Images;

public sealed class ImageEndpointsTests
{
    private static readonly byte[] Bytes = [9, 8, 7, 6];
    private static readonly string Id = ScriptedLocalizer.Id(Bytes);

    [Fact]
    public async Task An_upload_is_created_once_and_there_ever_after()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        using var first = await gateway.Client.PostAsync("/v1/images", GatewayUnderTest.Image(Bytes));
        using var second = await gateway.Client.PostAsync("/v1/images", GatewayUnderTest.Image(Bytes, "image/webp"));

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal($"/v1/images/{Id}", first.Headers.Location!.OriginalString);
        var image = await first.JsonAsync();
        Assert.Equal(
            (Id, 4, 3, 4L),
            (image.GetProperty("id").GetString(), image.GetProperty("width").GetInt32(), image.GetProperty("height").GetInt32(),
                image.GetProperty("bytes").GetInt64()));
        Assert.True(image.TryGetProperty("createdAt", out _));
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("application/octet-stream")]
    [InlineData(null)]
    public async Task A_form_carries_the_image_in_its_field_file(string? type)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var file = new ByteArrayContent(Bytes);
        if (type is not null)
        {
            file.Headers.ContentType = new(type);
        }

        using var form = new MultipartFormDataContent { { new StringContent("x"), "other" }, { file, "file", "a.png" } };
        using var response = await gateway.Client.PostAsync("/v1/images", form);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal(Id, (await response.JsonAsync()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_form_without_the_field_file_is_refused_by_name()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("x"), "picture" } };
        using var response = await gateway.Client.PostAsync("/v1/images", form);

        Assert.Equal(["file"], (await response.ProblemAsync(HttpStatusCode.BadRequest)).Fields());
    }

    [Fact]
    public async Task A_form_that_breaks_off_is_refused()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var body = new StringContent("--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc");
        body.Headers.ContentType = new("multipart/form-data") { Parameters = { new("boundary", "b") } };
        using var response = await gateway.Client.PostAsync("/v1/images", body);

        Assert.Equal(["file"], (await response.ProblemAsync(HttpStatusCode.BadRequest)).Fields());
    }

    [Fact]
    public async Task A_chunked_body_is_an_upload_like_any_other()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images") { Content = GatewayUnderTest.Image(bytes) };
        request.Headers.TransferEncodingChunked = true;
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(ScriptedLocalizer.Id(bytes), (await response.JsonAsync()).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_caller_that_waits_for_leave_to_send_gets_it()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var connection = await gateway.ConnectAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/images HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
        using var reader = new StreamReader(connection, Encoding.ASCII);

        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync());
        await connection.WriteAsync(Bytes);
        Assert.Equal("", await reader.ReadLineAsync());
        Assert.Equal("HTTP/1.1 201 Created", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task A_caller_that_would_be_refused_is_not_told_to_send()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Loupe:Limits:MaxImageBytes", "3"));
        using var connection = await gateway.ConnectAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/images HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"));
        using var reader = new StreamReader(connection, Encoding.ASCII);

        Assert.Equal("HTTP/1.1 413 Payload Too Large", await reader.ReadLineAsync());
    }

    [Fact]
    public async Task An_image_is_put_where_its_hash_says_and_nowhere_else()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();

        using var right = await gateway.Client.PutAsync($"/v1/images/{Id}", GatewayUnderTest.Image(Bytes));
        using var wrong = await gateway.Client.PutAsync($"/v1/images/{GatewayUnderTest.Id('a')}", GatewayUnderTest.Image(Bytes));
        using var noHash = await gateway.Client.PutAsync("/v1/images/cat", GatewayUnderTest.Image(Bytes));
        using var stray = await gateway.Client.GetAsync($"/v1/images/{GatewayUnderTest.Id('a')}");

        Assert.Equal(HttpStatusCode.Created, right.StatusCode);
        await wrong.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        await noHash.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        await stray.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_image_is_described_read_and_forgotten()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.UploadAsync(Bytes);

        using var described = await gateway.Client.GetAsync($"/v1/images/{Id}");
        using var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/v1/images/{Id}"));
        using var content = await gateway.Client.GetAsync($"/v1/images/{Id}/content");
        using var deleted = await gateway.Client.DeleteAsync($"/v1/images/{Id}");
        using var gone = await gateway.Client.GetAsync($"/v1/images/{Id}");
        using var again = await gateway.Client.DeleteAsync($"/v1/images/{Id}");

        Assert.Equal("cold", (await described.JsonAsync()).GetProperty("features").GetString());
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(Bytes, await content.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", content.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"\"{Id}\"", content.Headers.ETag!.Tag);
        Assert.True(content.Headers.CacheControl!.Private);
        Assert.Contains("immutable", content.Headers.CacheControl.ToString());
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await gone.ProblemAsync(HttpStatusCode.NotFound);
        await again.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_copy_that_the_caller_has_is_not_sent_again()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        await gateway.UploadAsync(Bytes);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/images/{Id}/content");
        request.Headers.IfNoneMatch.ParseAdd($"\"{Id}\"");
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("image/gif")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_type_that_is_not_accepted_is_415(string type)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var response = await gateway.Client.PostAsync("/v1/images", GatewayUnderTest.Image(Bytes, type));

        await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_body_above_the_limit_is_413(bool chunked, bool form)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Loupe:Limits:MaxImageBytes", "100000"));
        HttpContent image = GatewayUnderTest.Image(new byte[100_001]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images")
        {
            Content = form ? new MultipartFormDataContent { { image, "file", "a.png" } } : image,
        };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await gateway.Client.SendAsync(request);

        await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task A_body_at_the_limit_is_accepted()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(("Loupe:Limits:MaxImageBytes", "100000"));
        using var response = await gateway.Client.PostAsync("/v1/images", GatewayUnderTest.Image(new byte[100_000]));

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task What_is_no_image_is_422()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAdd = _ => throw LocalizerException.Of(ProblemKind.Unprocessable, "truncated");
        using var response = await gateway.Client.PostAsync("/v1/images", GatewayUnderTest.Image(Bytes));

        Assert.Equal("truncated", (await response.ProblemAsync(HttpStatusCode.UnprocessableEntity)).GetProperty("detail").GetString());
    }
}
