namespace Loupe.Command.Load;

/// <summary>One client of a load: asks one question after the other, and now and then hangs up on an answer.</summary>
internal sealed class LoadClient(ILoadTarget target, QuestionMix mix, LoadOptions options, TimeProvider time, int number)
{
    // A client that hangs up does so within so many parts of the answer; the shortest answers are over before that.
    private const int Patience = 3;

    private readonly Random _random = new(HashCode(options.Seed, number));

    /// <param name="totals">Where every question is counted.</param>
    /// <param name="until">When no further question is asked.</param>
    /// <param name="cancellationToken">Breaks off the question in hand, which then counts for nothing.</param>
    public async Task RunAsync(LoadTotals totals, long until, CancellationToken cancellationToken)
    {
        while (time.GetTimestamp() < until && !cancellationToken.IsCancellationRequested)
        {
            var question = mix.Draw(_random);
            var hangsUpAfter = _random.NextDouble() < options.HangUp ? _random.Next(0, Patience) : (int?)null;
            if (await AskAsync(question, hangsUpAfter, cancellationToken) is { } sample)
            {
                totals.Add(sample);
            }
        }
    }

    /// <param name="question">What is asked.</param>
    /// <param name="hangsUpAfter">After so many parts of the answer, or null to hear it all.</param>
    /// <param name="cancellationToken">The end of the load.</param>
    /// <returns>Null if the load ended before the answer.</returns>
    internal async Task<LoadSample?> AskAsync(Question question, int? hangsUpAfter, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var (parts, words, whole) = (0, 0, false);
        TimeSpan? first = null;
        LoadSample Sample(LoadEnd end, string? failure = null) => new(end, words, time.GetElapsedTime(start), first, failure);
        try
        {
            await foreach (var part in target.StreamAsync(question, cancellationToken))
            {
                if (part is DonePart)
                {
                    whole = true;
                    break;
                }

                if (part is WordPart)
                {
                    words++;
                    first ??= time.GetElapsedTime(start);
                }

                if (parts++ >= hangsUpAfter)
                {
                    // Leaving the loop disposes the stream, which closes the connection under the server's hands.
                    return Sample(LoadEnd.HungUp);
                }
            }

            return whole ? Sample(LoadEnd.Answered) : Sample(LoadEnd.Failed, "cut short");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            return Sample(LoadEnd.Failed, target.KindOf(e));
        }
    }

    // System.HashCode differs from run to run, and a load is to be repeatable.
    private static int HashCode(int seed, int number) => unchecked((seed * 1_000_003) + number);
}
