using System.Text;
using System.Text.Json;

namespace Loupe.Command.Batches;

/// <summary>
/// The answers of a batch, a line each. Lines are appended whole and flushed, so that a killed run loses at most the
/// line it was writing; the next run cuts that one away.
/// </summary>
internal sealed class AnswersFile : IAsyncDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly StreamWriter _writer;
    private readonly SemaphoreSlim _turn = new(1);

    private AnswersFile(string path, HashSet<int> answered)
    {
        Answered = answered;
        _writer = new(path, append: true, Utf8) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>The numbers of the lines that earlier runs have answered.</summary>
    public IReadOnlySet<int> Answered { get; }

    /// <summary>
    /// Opens the file to go on with it. What it keeps are answers to questions that are still asked: those of changed or
    /// moved questions, and problems, are dropped, so that they are asked again and every line has one answer.
    /// </summary>
    /// <param name="path">The file; need not be there.</param>
    /// <param name="questions">Every question's fingerprint by the number of its line.</param>
    /// <exception cref="UsageException">The file has other things in it than answers.</exception>
    public static AnswersFile Open(string path, IReadOnlyDictionary<int, string> questions)
    {
        HashSet<int> answered = [];
        if (File.Exists(path))
        {
            var next = path + ".next";
            try
            {
                File.WriteAllLines(next, Kept(path, questions, answered), Utf8);
                File.Move(next, path, overwrite: true);
            }
            catch
            {
                File.Delete(next);
                throw;
            }
        }

        return new(path, answered);
    }

    /// <summary>Appends a line; safe for many at once.</summary>
    public async Task WriteAsync(string line, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await _writer.WriteLineAsync(line);
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _turn.Dispose();
    }

    private static IEnumerable<string> Kept(string path, IReadOnlyDictionary<int, string> questions, HashSet<int> answered)
    {
        string? strange = null;
        foreach (var line in File.ReadLines(path).Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            // Only the last line may be torn. Anything else that is no answer is somebody's own file.
            if (strange is not null)
            {
                throw new UsageException(
                    $"{path} is there and is no file of answers: it has '{Beginning(strange)}'. Name another with -o.");
            }

            if (!TryRead(line, out var number, out var fingerprint))
            {
                strange = line;
            }
            else if (fingerprint is not null && questions.GetValueOrDefault(number) == fingerprint && answered.Add(number))
            {
                yield return line;
            }
        }
    }

    /// <summary>The line's number, and the fingerprint of the question that it answers; null for a problem.</summary>
    private static bool TryRead(string line, out int number, out string? fingerprint)
    {
        (number, fingerprint) = (0, null);
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            number = root.GetProperty("line").GetInt32();
            fingerprint = root.TryGetProperty("problem", out _) ? null : root.GetProperty("of").GetString();
            return true;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }

    private static string Beginning(string line) => line.Length > 40 ? line[..40] + "…" : line;
}
