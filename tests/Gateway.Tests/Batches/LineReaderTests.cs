using System.IO.Pipelines;
using System.Text;
using Loupe.Gateway.Batches;

namespace Loupe.Gateway.Tests.Batches;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("\n\n", "")]
    [InlineData("a", "1:a")]
    [InlineData("a\n", "1:a")]
    [InlineData("a\r\nb", "1:a 2:b")]
    [InlineData("\uFEFFa\n\n  b \n", "1:a 3:b")]
    [InlineData("abcdefgh\nb", "1:abcdefgh 2:b")]
    [InlineData("abcdefghi\nb", "1:! 2:b")]
    [InlineData("a\nabcdefghijklmnopqrstuvwxyz", "1:a 2:!")]
    [InlineData("abcdefghijklmnopqrstuvwxyz\n\nb\n", "1:! 3:b")]
    public async Task Lines_are_cut_and_numbered_however_the_bytes_arrive(string text, string expected)
    {
        for (var piece = 1; piece <= 30; piece++)
        {
            var pipe = new Pipe();
            var writing = WriteAsync(pipe.Writer, Encoding.UTF8.GetBytes(text), piece);
            var reader = new LineReader(pipe.Reader, 8);
            var lines = new List<string>();
            while (await reader.ReadAsync(CancellationToken.None) is { } line)
            {
                lines.Add($"{line.Number}:{(line.IsTooLong ? "!" : Encoding.UTF8.GetString(line.Bytes!))}");
            }

            await writing;
            Assert.Equal(expected, string.Join(' ', lines));
        }
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] bytes, int piece)
    {
        foreach (var chunk in bytes.Chunk(piece))
        {
            await writer.WriteAsync(chunk);
            await Task.Yield();
        }

        await writer.CompleteAsync();
    }
}
