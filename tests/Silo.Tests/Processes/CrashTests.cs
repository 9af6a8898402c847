using System.Net;

namespace Loupe.Silo.Tests.Processes;

public sealed class CrashTests
{
    [Fact]
    public async Task An_upload_that_was_acknowledged_survives_a_killed_process()
    {
        var data = Directory.CreateTempSubdirectory("loupe-crash-").FullName;
        try
        {
            var acknowledged = new List<(string Id, byte[] Bytes)>();
            await using (var silo = await SiloUnderTest.StartAsync(data))
            {
                using var enough = new SemaphoreSlim(0);
                using var killed = new CancellationTokenSource();
                var uploading = Enumerable.Range(0, 4).Select(worker => Task.Run(async () =>
                {
                    for (var i = 0; !killed.IsCancellationRequested; i++)
                    {
                        var picture = Picture.Png((worker * 10_000) + i);
                        string id;
                        try
                        {
                            id = await silo.UploadAsync(picture);
                        }
                        catch (HttpRequestException)
                        {
                            return;
                        }

                        lock (acknowledged)
                        {
                            acknowledged.Add((id, picture));
                        }

                        enough.Release();
                    }
                })).ToArray();
                for (var i = 0; i < 40; i++)
                {
                    Assert.True(await enough.WaitAsync(TimeSpan.FromSeconds(120)), silo.Output);
                }

                // In the middle of uploads.
                await silo.KillAsync();
                await killed.CancelAsync();
                await Task.WhenAll(uploading);
            }

            await using var again = await SiloUnderTest.StartAsync(data);
            foreach (var (id, bytes) in acknowledged)
            {
                using var response = await again.Client.GetAsync($"/v1/images/{id}/content");
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.Equal(bytes, await response.Content.ReadAsByteArrayAsync());
            }

            var answer = await again.AnswerAsync($$"""{"image": "{{acknowledged[0].Id}}", "task": "caption"}""");
            Assert.Equal(acknowledged[0].Id, answer.GetProperty("image").GetString());
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
