using System.Runtime.CompilerServices;

namespace Loupe.Client;

/// <summary>
/// Batches. HTTP/1.1 clients of .NET read no answer before the whole request is sent, while the server reads no
/// question before it could send an answer: one endless request would stop for ever once the answers fill the
/// buffers between them. So questions go in windows small enough to lie in those buffers.
/// </summary>
public sealed partial class LoupeClient
{
    public async IAsyncEnumerable<BatchAnswer> BatchAsync(
        IAsyncEnumerable<Question> questions, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var first = 1;
        await foreach (var window in BatchWindow.CutAsync(questions, cancellationToken))
        {
            for (var attempt = 0; window.Left > 0; attempt++)
            {
                using var response = await RequestAsync(
                    () => new(HttpMethod.Post, "v1/questions/batch") { Content = window.ToContent() },
                    HttpCompletionOption.ResponseHeadersRead,
                    cancellationToken);
                using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
                var sent = window.LinesLeft();
                while (await LineAsync(lines, cancellationToken) is { } line)
                {
                    if (line.Length == 0)
                    {
                        continue;
                    }

                    var answer = BatchWindow.Read(line);
                    if (window.PlaceOf(answer, sent) is { } place && window.Take(place))
                    {
                        yield return answer with { Line = first + place };
                    }
                }

                if (window.Left > 0)
                {
                    if (attempt >= _options.MaxRetries)
                    {
                        throw LoupeException.Unreachable(_options.Server, new IOException("The answers of a batch broke off."));
                    }

                    await WaitAsync(attempt, null, cancellationToken);
                }
            }

            first += window.Count;
        }
    }

    /// <summary>The next line; null where the answers end or break off.</summary>
    private static async Task<string?> LineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return null;
        }
    }
}
