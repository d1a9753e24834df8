using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>A connection on which anything can be sent. It reads what comes until the other side ends it, and notes what it saw.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Stream _stream;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly long _opened = Stopwatch.GetTimestamp();

    private bool _isText;

    private RawConnection(Socket socket, Stream stream) => (_socket, _stream) = (socket, stream);

    /// <summary>Ends when the other side has ended the connection.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>How long the connection lived; null while it does.</summary>
    public TimeSpan? Lifetime { get; private set; }

    /// <summary>What came back: codes of GOAWAY and RST_STREAM, status lines, with how often each came.</summary>
    public ConcurrentDictionary<string, int> Seen { get; } = new();

    /// <summary>Connects, with TLS when there is a certificate, and begins to read; not before <paramref name="silence"/> is over when it is given.</summary>
    public static async Task<RawConnection> OpenAsync(IPEndPoint address, X509Certificate2? certificate, CancellationToken cancellationToken, Task? silence = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        ComeFromElsewhere(socket);
        await socket.ConnectAsync(address, cancellationToken);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (certificate is not null)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "uni-roma.example",
                    EnabledSslProtocols = SslProtocols.Tls13,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    ClientCertificates = [certificate],
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                },
                cancellationToken);
            stream = tls;
        }

        var connection = new RawConnection(socket, stream);
        connection.Ended = Task.Run(() => connection.ReadAsync(silence ?? Task.CompletedTask, cancellationToken), CancellationToken.None);
        return connection;
    }

    /// <summary>Sends; false when the other side has ended the connection.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Lifetime is not null) return false;
        try
        {
            await _turn.WaitAsync(cancellationToken);
            try
            {
                await _stream.WriteAsync(bytes, cancellationToken);
                return true;
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _socket.Dispose();
        _turn.Dispose();
    }

    /// <summary>Attackers have machines of their own, and so another address than those who call beside them. Source: Linux, ip(7), IP_BIND_ADDRESS_NO_PORT.</summary>
    internal static void ComeFromElsewhere(Socket socket)
    {
        const int ip = 0, bindAddressNoPort = 24;
        if (!OperatingSystem.IsLinux()) return;
        // Otherwise a port is kept for each connection that has ended, whoever it led to, and there are not as many.
        socket.SetRawSocketOption(ip, bindAddressNoPort, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, 2]), 0));
    }

    private async Task ReadAsync(Task silence, CancellationToken cancellationToken)
    {
        var (how, buffer, filled) = ("closed", new byte[64 * 1024], 0);
        try
        {
            await silence;
            while (true)
            {
                var read = await _stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                if (read == 0) break;
                filled += read;
                var taken = await TakeAsync(buffer.AsMemory(0, filled), cancellationToken);
                buffer.AsSpan(taken, filled - taken).CopyTo(buffer);
                filled -= taken;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            how = "cut";
        }

        Note(how);
        Lifetime = Stopwatch.GetElapsedTime(_opened);
        // What is still being sent on it fails from now on.
        _socket.Dispose();
    }

    private async ValueTask<int> TakeAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length >= 12 && bytes.Span.StartsWith("HTTP/1.1 "u8))
        {
            Note($"HTTP {Encoding.ASCII.GetString(bytes.Span.Slice(9, 3))}");
            _isText = true;
        }

        if (_isText) return bytes.Length;
        var at = 0;
        while (bytes.Length - at >= 9)
        {
            var frame = bytes[at..];
            var length = BinaryPrimitives.ReadInt32BigEndian(frame.Span) >> 8;
            if (length > 16 * 1024) return bytes.Length;
            if (frame.Length < 9 + length) break;
            await TakeAsync(frame.Span[3], frame.Span[4], frame.Slice(9, length), cancellationToken);
            at += 9 + length;
        }

        return at;
    }

    private async ValueTask TakeAsync(byte type, byte flags, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        switch (type)
        {
            case Http2Frames.GoAway:
                Note($"GOAWAY {Code(payload.Span[4..])}");
                break;
            case Http2Frames.Reset:
                Note($"RST_STREAM {Code(payload.Span)}");
                break;
            case Http2Frames.Headers:
                Note("answer");
                break;
            // A hostile caller that stays as long as it can answers what keeps it alive.
            case Http2Frames.Ping when (flags & Http2Frames.Acknowledge) == 0:
                await SendAsync(Http2Frames.Frame(Http2Frames.Ping, Http2Frames.Acknowledge, 0, payload.Span), cancellationToken);
                break;
        }
    }

    private void Note(string what) => Seen.AddOrUpdate(what, 1, (_, count) => count + 1);

    private static string Code(ReadOnlySpan<byte> code) => BinaryPrimitives.ReadUInt32BigEndian(code) switch
    {
        0 => "NO_ERROR",
        1 => "PROTOCOL_ERROR",
        2 => "INTERNAL_ERROR",
        3 => "FLOW_CONTROL_ERROR",
        5 => "STREAM_CLOSED",
        6 => "FRAME_SIZE_ERROR",
        7 => "REFUSED_STREAM",
        8 => "CANCEL",
        9 => "COMPRESSION_ERROR",
        11 => "ENHANCE_YOUR_CALM",
        13 => "HTTP_1_1_REQUIRED",
        var other => $"{other}",
    };
}
