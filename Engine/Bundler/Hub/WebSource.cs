using System.Net;
using System.Net.Http.Headers;

namespace Loupe.Bundler.Hub;

/// <summary>A folder behind an address: the hub's, a mirror's, or any server's that knows ranges or does not.</summary>
/// <param name="http">Shared.</param>
/// <param name="root">Ends in a slash.</param>
/// <param name="patience">For the beginning of an answer, and for each piece of it.</param>
/// <param name="isHub">Whether hashes and the commit stand in its headers.</param>
internal sealed class WebSource(HttpClient http, Uri root, TimeSpan patience, bool isHub) : IModelSource
{
    private const int Sha256Digits = 64;
    private const int Sha1Digits = 40;

    public string Name => root.ToString();

    public async Task<RemoteFile?> OpenAsync(string file, long from, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, file));
        if (from > 0)
        {
            request.Headers.Range = new RangeHeaderValue(from, null);
        }

        var response = await SendAsync(request, cancellation);
        try
        {
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                response.Dispose();
                return null;
            }

            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                response.Dispose();
                return await OpenAsync(file, 0, cancellation);
            }

            if (!response.IsSuccessStatusCode)
            {
                throw new PullException($"{new Uri(root, file)}: the server says {(int)response.StatusCode} {response.ReasonPhrase}."
                    + (
                        response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
                            ? " It wants to know who asks; --from takes a folder that was fetched otherwise."
                            : ""));
            }

            var isPart = response.StatusCode == HttpStatusCode.PartialContent;
            var content = await response.Content.ReadAsStreamAsync(cancellation);
            var hash = isHub ? HashOf(response) : null;
            return new RemoteFile(
                new PatientStream(content, patience), isPart
                    ? from
                    : 0, isPart
                    ? response.Content.Headers.ContentRange?.Length
                    : response.Content.Headers.ContentLength)
            {
                Sha256 = hash?.Length == Sha256Digits ? hash : null,
                GitHash = hash?.Length == Sha1Digits ? hash : null,
                Commit = isHub && response.Headers.TryGetValues("X-Repo-Commit", out var commits) ? commits.First() : null,
                Owner = response,
            };
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    // Large files are told by their own SHA-256, small ones by git's hash of them; a redirection tells it in the first answer only
    // where the hub passes it on.
    private static string? HashOf(HttpResponseMessage response)
    {
        var tag = response.Headers.TryGetValues("X-Linked-Etag", out var linked) ? linked.First() : response.Headers.ETag?.Tag;
        var hash = tag?.Trim('"');
        return hash is { Length: Sha256Digits or Sha1Digits } && hash.All(char.IsAsciiHexDigitLower) ? hash : null;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(patience);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, late.Token);
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error.Message, error);
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable($"nothing for {patience.TotalSeconds:0} s", error);
        }
    }

    private PullException Unreachable(string why, Exception error) => new(
        $"{root.Host} cannot be reached ({why}). Without a network, --from takes a folder; LOUPE_HUB names a mirror.", error);

    /// <summary>A stream that gives up where nothing comes.</summary>
    private sealed class PatientStream(Stream inner, TimeSpan patience) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(patience);
            try
            {
                return await inner.ReadAsync(buffer, late.Token);
            }
            catch (Exception error) when (
                error is HttpIOException or IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new PullException("the connection broke off. Pull again: it goes on where it stopped.", error);
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
