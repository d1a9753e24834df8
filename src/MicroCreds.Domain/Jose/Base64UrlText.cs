using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace MicroCreds.Domain.Jose;

/// <summary>
/// Base64url as JOSE writes it: no padding, no white space, unused bits zero, so that one value has exactly one spelling.
/// Source: RFC 7515, 2; RFC 4648, 3.5.
/// </summary>
public static class Base64UrlText
{
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    /// <summary>Reads the one spelling of some bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        // The library's decoder refuses unused bits that are set, but skips white space.
        if (text.Length % 4 == 1 || text.ContainsAnyExcept(Alphabet)) return false;
        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromUtf8(text, decoded, out _, out var written) != OperationStatus.Done || written != decoded.Length) return false;
        bytes = decoded;
        return true;
    }

    /// <summary>Reads the one spelling of some bytes from characters.</summary>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        return text is not null && TryDecode(System.Text.Encoding.UTF8.GetBytes(text), out bytes);
    }
}
