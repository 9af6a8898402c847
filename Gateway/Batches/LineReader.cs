using System.Buffers;
using System.IO.Pipelines;

namespace Loupe.Gateway.Batches;

/// <summary>A line of a batch: its number from 1, and its bytes, or that it is too long.</summary>
internal readonly record struct Line(int Number, byte[]? Bytes)
{
    public bool IsTooLong => Bytes is null;
}

/// <summary>Cuts a body into lines, one at a time, holding no more of it than the longest line accepted.</summary>
internal sealed class LineReader(PipeReader body, int maxBytes)
{
    private int _number;
    private volatile bool _waits = true;

    /// <summary>From here on, lines that are not there yet are not waited for: the body ends with what has arrived.</summary>
    public void StopWaiting()
    {
        _waits = false;
        body.CancelPendingRead();
    }

    /// <summary>The next line that is not blank, or null at the end.</summary>
    public async ValueTask<Line?> ReadAsync(CancellationToken cancellationToken)
    {
        var skipping = false;
        while (true)
        {
            var waits = _waits;
            if (!body.TryRead(out var read))
            {
                if (!waits)
                {
                    return null;
                }

                read = await body.ReadAsync(cancellationToken);
            }

            var buffer = read.Buffer;
            var end = buffer.PositionOf((byte)'\n');
            if (end is null && !read.IsCompleted && !waits)
            {
                body.AdvanceTo(buffer.Start, buffer.End);
                return null;
            }

            if (end is null && !read.IsCompleted)
            {
                skipping |= buffer.Length > maxBytes;
                body.AdvanceTo(skipping ? buffer.End : buffer.Start, buffer.End);
                continue;
            }

            var line = end is { } newline ? buffer.Slice(0, newline) : buffer;
            if (end is null && line.IsEmpty && !skipping)
            {
                body.AdvanceTo(buffer.End);
                return null;
            }

            _number++;
            var bytes = skipping || line.Length > maxBytes ? null : Trimmed(line);
            body.AdvanceTo(end is { } consumed ? buffer.GetPosition(1, consumed) : buffer.End);
            if (bytes is not { Length: 0 })
            {
                return new Line(_number, bytes);
            }

            if (end is null)
            {
                return null;
            }
        }
    }

    private static byte[] Trimmed(ReadOnlySequence<byte> line)
    {
        ReadOnlySpan<byte> blank = [0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\t', (byte)'\r'];
        return line.ToArray().AsSpan().Trim(blank).ToArray();
    }
}
