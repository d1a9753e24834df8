using System.Buffers.Binary;
using System.Text;

namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>Frames of HTTP/2, byte by byte and right or wrong as a caller likes. Source: RFC 9113, 4.1 and 6; RFC 7541, 6.</summary>
internal static class Http2Frames
{
    public const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, Ping = 6, GoAway = 7, WindowUpdate = 8, Continuation = 9;
    public const byte EndStream = 1, Acknowledge = 1, EndHeaders = 4;

    /// <summary>What every connection begins with, and settings that change nothing.</summary>
    public static readonly byte[] Begin = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    /// <summary>The same, with a window of nothing for every stream.</summary>
    public static readonly byte[] BeginWithoutWindow = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [0, 4, 0, 0, 0, 0])];

    /// <summary>One frame. The length may be said to be another than it is.</summary>
    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload, int? length = null)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, (length ?? payload.Length) << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    /// <summary>Headers of a call by gRPC: everything literal, nothing kept in the table.</summary>
    public static byte[] Call(string path, string? token = null, string type = "application/grpc") =>
    [
        .. Field(":method", "POST"), .. Field(":scheme", "http"), .. Field(":path", path), .. Field(":authority", "hostile"), .. Field("content-type", type), .. Field("te", "trailers"),
        .. token is null ? [] : Field("authorization", $"Bearer {token}"),
    ];

    /// <summary>Headers of a GET.</summary>
    public static byte[] Get(string path) => [.. Field(":method", "GET"), .. Field(":scheme", "http"), .. Field(":path", path), .. Field(":authority", "hostile")];

    /// <summary>One header field; kept in the receiver's table if <paramref name="kept"/>.</summary>
    public static byte[] Field(string name, string value, bool kept = false) => [(byte)(kept ? 0x40 : 0), .. Text(name), .. Text(value)];

    /// <summary>A message of gRPC; its length may be said to be another than it is.</summary>
    public static byte[] Message(ReadOnlySpan<byte> message, byte flags = 0, uint? length = null)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), length ?? (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    // A length is seven bits with continuation beyond 126 (RFC 7541, 5.1); no Huffman code.
    private static byte[] Text(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        var head = new List<byte>();
        if (bytes.Length < 127)
        {
            head.Add((byte)bytes.Length);
        }
        else
        {
            head.Add(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest /= 128) head.Add((byte)((rest % 128) + 128));
            head.Add((byte)rest);
        }

        return [.. head, .. bytes];
    }
}
