using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Loupe.Bench.Suite.Http;

/// <summary>
/// One connection that sends requests made beforehand and reads whole responses, with as little work as can be: on a
/// machine of two processors, a client that costs much would be what is measured. Not for use by two at once.
/// </summary>
internal sealed class LeanConnection(IPEndPoint server) : IDisposable
{
    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LengthName => "\r\ncontent-length:"u8;

    private static ReadOnlySpan<byte> ChunkedName => "\r\ntransfer-encoding: chunked"u8;

    private readonly byte[] _lower = new byte[4096];
    private byte[] _buffer = new byte[16 << 10];
    private Socket? _socket;
    private int _filled;

    /// <summary>Makes a POST request.</summary>
    public static byte[] Post(Uri address, string type, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes(
            $"POST {address.PathAndQuery} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: {type}\r\nContent-Length: "
                + $"{body.Length}\r\n\r\n");
        return [.. head, .. body];
    }

    /// <summary>Sends a request and reads its response to the end.</summary>
    /// <param name="request">All its bytes.</param>
    /// <param name="firstOf">Marks the first of what the response is told by, such as the first event; empty for none.</param>
    /// <param name="cancellation">Ends it, and the connection.</param>
    /// <exception cref="IOException">The server hung up or spoke no HTTP.</exception>
    public async ValueTask<LeanResponse> SendAsync(
        ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> firstOf, CancellationToken cancellation)
    {
        try
        {
            var socket = _socket ??= await ConnectAsync(cancellation);
            for (var sent = 0; sent < request.Length;)
            {
                sent += await socket.SendAsync(request[sent..], SocketFlags.None, cancellation);
            }

            return await ReadAsync(socket, firstOf, cancellation);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or IOException)
        {
            Dispose();
            if (error is SocketException)
            {
                throw new IOException($"The connection to {server} broke: {error.Message}", error);
            }

            throw;
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        (_socket, _filled) = (null, 0);
    }

    private async ValueTask<Socket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async ValueTask<LeanResponse> ReadAsync(Socket socket, ReadOnlyMemory<byte> firstOf, CancellationToken cancellation)
    {
        int head;
        while ((head = _buffer.AsSpan(0, _filled).IndexOf(HeadEnd)) < 0)
        {
            await FillAsync(socket, cancellation);
        }

        var (status, length, isChunked) = Head(_buffer.AsSpan(0, head + 2));
        var body = head + HeadEnd.Length;
        long first = 0;
        int end;
        while (true)
        {
            first = first == 0 && Seen(body, firstOf) ? Stopwatch.GetTimestamp() : first;
            end = EndOf(body, length, isChunked);
            if (end >= 0)
            {
                break;
            }

            await FillAsync(socket, cancellation);
        }

        var content = isChunked ? Unchunk(_buffer.AsSpan(body, end - body)) : _buffer.AsSpan(body, end - body).ToArray();
        _buffer.AsSpan(end, _filled - end).CopyTo(_buffer);
        _filled -= end;
        return new LeanResponse(status, content, first);
    }

    private bool Seen(int body, ReadOnlyMemory<byte> mark) =>
        !mark.IsEmpty && _buffer.AsSpan(body, _filled - body).IndexOf(mark.Span) >= 0;

    private async ValueTask FillAsync(Socket socket, CancellationToken cancellation)
    {
        if (_filled == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var more = await socket.ReceiveAsync(_buffer.AsMemory(_filled), SocketFlags.None, cancellation);
        _filled += more > 0 ? more : throw new IOException($"{server} hung up in the middle of a response.");
    }

    private (int Status, int Length, bool IsChunked) Head(ReadOnlySpan<byte> head)
    {
        if (head.Length > _lower.Length || head.Length < 12 || !Utf8Parser.TryParse(head[9..12], out int status, out _))
        {
            throw new IOException($"{server} answered something that is no HTTP/1.1.");
        }

        Ascii.ToLower(head, _lower, out var written);
        var lower = _lower.AsSpan(0, written);
        if (lower.IndexOf(ChunkedName) >= 0)
        {
            return (status, 0, true);
        }

        var at = lower.IndexOf(LengthName);
        return at >= 0 && Utf8Parser.TryParse(lower[(at + LengthName.Length)..].TrimStart((byte)' '), out int length, out _)
            ? (status, length, false)
            : throw new IOException($"{server} answered {status} without saying how long its answer is.");
    }

    /// <summary>Where the response ends in the buffer; −1 where it has not come yet.</summary>
    private int EndOf(int body, int length, bool isChunked)
    {
        if (!isChunked)
        {
            return _filled >= body + length ? body + length : -1;
        }

        for (var at = body; ;)
        {
            var (data, size) = Chunk(_buffer.AsSpan(0, _filled), at);
            if (data < 0 || data + size + 2 > _filled)
            {
                return -1;
            }

            at = data + size + 2;
            if (size == 0)
            {
                return at;
            }
        }
    }

    private static byte[] Unchunk(ReadOnlySpan<byte> body)
    {
        using var whole = new MemoryStream(body.Length);
        for (var at = 0; ;)
        {
            var (data, size) = Chunk(body, at);
            if (size == 0)
            {
                return whole.ToArray();
            }

            whole.Write(body.Slice(data, size));
            at = data + size + 2;
        }
    }

    /// <summary>Where the data of the chunk that starts at a place lie, and their size; −1 where its first line has not come yet.</summary>
    private static (int Data, int Size) Chunk(ReadOnlySpan<byte> text, int at)
    {
        var line = text[at..].IndexOf("\r\n"u8);
        if (line < 0)
        {
            return (-1, 0);
        }

        return Utf8Parser.TryParse(text.Slice(at, line), out int size, out _, 'x') && size >= 0
            ? (at + line + 2, size)
            : throw new IOException("A chunk of a response has no size.");
    }
}

/// <summary>A response that was read to its end.</summary>
/// <param name="Status">HTTP's.</param>
/// <param name="Body">All of it.</param>
/// <param name="First">When the mark was first seen, as <see cref="Stopwatch.GetTimestamp"/>; 0 for never.</param>
internal readonly record struct LeanResponse(int Status, byte[] Body, long First);
