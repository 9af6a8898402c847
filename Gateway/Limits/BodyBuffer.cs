using System.Buffers;

namespace Loupe.Gateway.Limits;

/// <summary>A request body read into memory of the pool, within a limit and the process's budget.</summary>
internal sealed class BodyBuffer : IDisposable
{
    private const int FirstSize = 64 << 10;

    private readonly BodyBudget _budget;
    private byte[] _bytes = [];
    private int _length;

    private BodyBuffer(BodyBudget budget) => _budget = budget;

    /// <summary>The body; valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    /// <summary>Reads a body to its end.</summary>
    /// <param name="body">Where it comes from.</param>
    /// <param name="announced">Its length, where the caller told.</param>
    /// <param name="limit">The most bytes accepted.</param>
    /// <param name="budget">What it counts against.</param>
    /// <param name="cancellationToken">The caller hung up.</param>
    public static async Task<BodyBuffer> ReadAsync(
        Stream body, long? announced, int limit, BodyBudget budget, CancellationToken cancellationToken)
    {
        if (announced > limit)
        {
            throw TooLarge(limit);
        }

        var buffer = new BodyBuffer(budget);
        try
        {
            // One byte more than announced, so that the read which finds the end needs no larger buffer.
            buffer.Grow((int)Math.Min(FirstSize, (announced ?? FirstSize) + 1));
            while (true)
            {
                var read = await body.ReadAsync(buffer._bytes.AsMemory(buffer._length), cancellationToken);
                if (read == 0)
                {
                    return buffer;
                }

                buffer._length += read;
                if (buffer._length > limit)
                {
                    throw TooLarge(limit);
                }

                if (buffer._length == buffer._bytes.Length)
                {
                    buffer.Grow((int)Math.Min(2L * buffer._bytes.Length, limit + 1L));
                }
            }
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
        {
            _length = 0;
            _budget.Release(bytes.Length);
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static LocalizerException TooLarge(int limit) =>
        LocalizerException.Of(ProblemKind.TooLarge, $"At most {limit} bytes are accepted.");

    private void Grow(int size)
    {
        var larger = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            _budget.Reserve(larger.Length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw;
        }

        var smaller = _bytes;
        smaller.AsSpan(0, _length).CopyTo(larger);
        _bytes = larger;
        if (smaller.Length > 0)
        {
            _budget.Release(smaller.Length);
            ArrayPool<byte>.Shared.Return(smaller);
        }
    }
}
