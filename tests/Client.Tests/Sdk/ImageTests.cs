using System.Security.Cryptography;
using Loupe.Client.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Sdk;

public sealed class ImageTests
{
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47];
    private static readonly string PngId = Convert.ToHexStringLower(SHA256.HashData(Png));

    /// <summary>A server that keeps what is put, as Loupe does.</summary>
    private static async Task KeepAsync(HttpContext context, Dictionary<string, byte[]> kept)
    {
        var id = context.Request.Path.Value!.Split('/')[3];
        if (context.Request.Method == "PUT")
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            kept[id] = body.ToArray();
        }

        if (!kept.TryGetValue(id, out var bytes))
        {
            await context.RefuseAsync(ProblemKind.NotFound);
        }
        else if (context.Request.Method == "DELETE")
        {
            kept.Remove(id);
            context.Response.StatusCode = 204;
        }
        else if (context.Request.Path.Value.EndsWith("/content", StringComparison.Ordinal))
        {
            await context.Response.Body.WriteAsync(bytes);
        }
        else
        {
            await context.ReplyAsync(Replies.Image(id), LoupeJson.Default.ImageDescription);
        }
    }

    [Fact]
    public async Task An_image_is_sent_once_under_the_hash_of_its_bytes()
    {
        Dictionary<string, byte[]> kept = [];
        await using var server = await ScriptedServer.StartAsync((context, _) => KeepAsync(context, kept));
        using var client = server.Client();

        Assert.Equal(PngId, (await client.UploadAsync(Png)).Id);
        Assert.Equal(PngId, (await client.UploadAsync(new MemoryStream(Png))).Id);

        Assert.Equal(["GET", "PUT", "GET"], server.Seen.Select(request => request.Method));
        Assert.Equal(Png, Assert.Single(kept).Value);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF, 0xD8, 0xFF }, "image/jpeg")]
    [InlineData(new byte[] { 0x52, 0x49, 0x46, 0x46 }, "image/webp")]
    [InlineData(new byte[] { 0x89, 0x50, 0x4E, 0x47 }, "image/png")]
    public async Task Bytes_are_sent_as_what_they_are(byte[] bytes, string mediaType)
    {
        Dictionary<string, byte[]> kept = [];
        await using var server = await ScriptedServer.StartAsync((context, _) => KeepAsync(context, kept));
        using var client = server.Client();
        await client.UploadAsync(bytes);
        Assert.Equal(mediaType, server.Seen.Last().Headers.ContentType);
    }

    [Fact]
    public async Task A_file_is_uploaded_by_its_path_and_read_back()
    {
        Dictionary<string, byte[]> kept = [];
        await using var server = await ScriptedServer.StartAsync((context, _) => KeepAsync(context, kept));
        using var client = server.Client();
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, Png);
            var image = await client.UploadFileAsync(path);
            Assert.Equal(Png, await client.ContentAsync(image.Id));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_cannot_be_forgotten()
    {
        Dictionary<string, byte[]> kept = new() { [PngId] = Png };
        await using var server = await ScriptedServer.StartAsync((context, _) => KeepAsync(context, kept));
        using var client = server.Client();
        Assert.NotNull(await client.DescribeAsync(PngId));
        Assert.True(await client.ForgetAsync(PngId));
        Assert.Null(await client.DescribeAsync(PngId));
        Assert.False(await client.ForgetAsync(PngId));
    }

    [Fact]
    public async Task An_image_that_was_forgotten_by_a_try_whose_response_was_lost_was_forgotten()
    {
        Dictionary<string, byte[]> kept = new() { [PngId] = Png };
        await using var server = await ScriptedServer.StartAsync(async (context, before) =>
        {
            if (before == 0)
            {
                kept.Clear();
                context.Abort();
                return;
            }

            await KeepAsync(context, kept);
        });
        using var client = server.Client();
        Assert.True(await client.ForgetAsync(PngId));
        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public async Task An_upload_refused_for_now_is_sent_again()
    {
        Dictionary<string, byte[]> kept = [];
        await using var server = await ScriptedServer.StartAsync((context, before) =>
            before == 1 ? context.RefuseAsync(ProblemKind.Unavailable) : KeepAsync(context, kept));
        using var client = server.Client();
        await client.UploadAsync(Png);
        Assert.Equal(["GET", "PUT", "PUT"], server.Seen.Select(request => request.Method));
        Assert.Equal(Png, kept[PngId]);
    }
}
