using System.Buffers.Text;
using System.IO.Compression;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Formats;

/// <summary>ELMO as EMREX hands it through the browser: gzip, then base64. Only the beginning is unpacked here, so that a bomb costs nothing.</summary>
internal static class PackedElmo
{
    private const int MaxLook = 4096;

    /// <summary>Unpacks the whole; null, with the fault in words, when it is not packed so or unpacks to more than a file may have.</summary>
    public static byte[]? Unpack(ReadOnlySpan<byte> base64, out string fault)
    {
        fault = "it is not base64";
        var packed = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        if (Base64.DecodeFromUtf8(base64, packed, out _, out var length) != System.Buffers.OperationStatus.Done) return null;
        var text = new byte[CredentialVerifier.MaxFileBytes + 1];
        try
        {
            using var stream = new GZipStream(new MemoryStream(packed, 0, length, writable: false), CompressionMode.Decompress);
            var read = stream.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            fault = read > CredentialVerifier.MaxFileBytes ? "it unpacks to more than a credential has" : "";
            return fault.Length > 0 ? null : text[..read];
        }
        catch (InvalidDataException)
        {
            fault = "it is not gzip";
            return null;
        }
    }

    /// <summary>Whether the packed text is XML whose root is ELMO.</summary>
    public static bool Is(ReadOnlySpan<byte> base64)
    {
        // Four characters are three bytes; the beginning of the stream is enough for the beginning of the text.
        var head = base64[..Math.Min(base64.Length, 16 * 1024)];
        head = head[..(head.Length / 4 * 4)];
        var packed = new byte[Base64.GetMaxDecodedFromUtf8Length(head.Length)];
        if (Base64.DecodeFromUtf8(head, packed, out _, out var length, isFinalBlock: head.Length == base64.Length) is not (System.Buffers.OperationStatus.Done or System.Buffers.OperationStatus.NeedMoreData)) return false;
        var text = new byte[MaxLook];
        try
        {
            using var stream = new GZipStream(new MemoryStream(packed, 0, length, writable: false), CompressionMode.Decompress);
            var read = stream.ReadAtLeast(text, MaxLook, throwOnEndOfStream: false);
            return XmlProlog.FormatOf(text.AsSpan(0, read)) == CredentialFormat.Elmo;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
