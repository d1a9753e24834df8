using System.Buffers;
using System.Buffers.Binary;

namespace MicroCreds.Services.Protocols;

/// <summary>The frame that gRPC, gRPC-Web and Connect streams share: a byte of flags, the length as four bytes, most significant first, and the message.</summary>
internal static class Frame
{
    /// <summary>Length of what stands before the message.</summary>
    internal const int HeaderLength = 5;

    /// <summary>Writes what stands before a message.</summary>
    internal static void WriteHeader(IBufferWriter<byte> writer, byte flags, int length)
    {
        var header = writer.GetSpan(HeaderLength);
        header[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(header[1..], (uint)length);
        writer.Advance(HeaderLength);
    }

    /// <summary>Takes a whole frame off the front of <paramref name="bytes"/>; false, and nothing taken, while it is not all there.</summary>
    internal static bool TryTake(ref ReadOnlySequence<byte> bytes, out byte flags, out ReadOnlySequence<byte> message)
    {
        (flags, message) = (0, default);
        if (LengthOf(bytes, out flags) is not { } length || bytes.Length < HeaderLength + length) return false;
        message = bytes.Slice(HeaderLength, length);
        bytes = bytes.Slice(HeaderLength + length);
        return true;
    }

    /// <summary>Length that the first frame claims; null while its header is not all there.</summary>
    internal static long? LengthOf(ReadOnlySequence<byte> bytes, out byte flags)
    {
        flags = 0;
        if (bytes.Length < HeaderLength) return null;
        Span<byte> header = stackalloc byte[HeaderLength];
        bytes.Slice(0, HeaderLength).CopyTo(header);
        flags = header[0];
        return BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
    }
}
