using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace MicroCreds.Credentials.Keys;

/// <summary>
/// Public keys written as multibase text of a multicodec prefix and the key, as did:key and Multikey do: Ed25519, P-256 and P-384, in base58btc.
/// Source: W3C Controlled Identifiers 1.0, 2.2.2 and 2.4; did:key method, 3.1.
/// </summary>
internal static class Multikey
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    // A P-384 key has 70 characters, an Ed25519 signature 89, a P-384 signature 133.
    private const int MaxCharacters = 160;

    /// <summary>Reads the key of a text such as <c>z6Mk…</c>.</summary>
    public static bool TryRead(string? text, [NotNullWhen(true)] out IssuerKey? key)
    {
        key = null;
        if (!TryDecode(text, out var bytes) || bytes.Length < 3) return false;
        return (bytes[0], bytes[1]) switch
        {
            (0xED, 0x01) => IssuerKey.TryFromEd25519(bytes[2..], out key),
            (0x80, 0x24) => EllipticPoint.P256.TryDecompress(bytes.AsSpan(2), out var x, out var y) && IssuerKey.TryFromPoint(EllipticPoint.P256, x, y, out key),
            (0x81, 0x24) => EllipticPoint.P384.TryDecompress(bytes.AsSpan(2), out var x, out var y) && IssuerKey.TryFromPoint(EllipticPoint.P384, x, y, out key),
            _ => false,
        };
    }

    /// <summary>Bytes in base58btc with the prefix <c>z</c>.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var number = new BigInteger(bytes, isUnsigned: true, isBigEndian: true); !number.IsZero; number /= 58) text.Insert(0, Alphabet[(int)(number % 58)]);
        var zeros = bytes.IndexOfAnyExcept((byte)0) is var first and >= 0 ? first : bytes.Length;
        return $"z{new string('1', zeros)}{text}";
    }

    /// <summary>Reads a <c>did:key</c>.</summary>
    public static bool TryReadDid(string did, [NotNullWhen(true)] out IssuerKey? key)
    {
        key = null;
        return did.StartsWith("did:key:", StringComparison.Ordinal) && TryRead(did["did:key:".Length..], out key);
    }

    /// <summary>The bytes of base58btc with the prefix <c>z</c>; each value has one spelling.</summary>
    public static bool TryDecode(string? text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null || text.Length is < 2 or > MaxCharacters || text[0] != 'z') return false;
        var number = BigInteger.Zero;
        foreach (var character in text.AsSpan(1))
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0) return false;
            number = (number * 58) + digit;
        }
        // Every leading 1 is a byte of zero.
        var zeros = text.AsSpan(1).IndexOfAnyExcept('1') is var first and >= 0 ? first : text.Length - 1;
        var rest = number.IsZero ? [] : number.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes = [.. new byte[zeros], .. rest];
        return true;
    }
}
