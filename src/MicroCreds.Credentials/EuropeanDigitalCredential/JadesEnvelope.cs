using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>
/// An envelope whose payload was taken out before it was parsed. The payload is a JSON document written as one JSON text, and nearly the whole
/// file: a parser walks it byte by byte to find its end, and again to unescape it. Here it is unescaped while its end is looked for, and the
/// strict parser reads the envelope with an empty text in its place. Source: RFC 7515, 7.2.1; RFC 8259, 7.
/// </summary>
internal sealed class JadesEnvelope : IDisposable
{
    private readonly JsonDocument _document;
    private readonly byte[] _buffer;
    private readonly int _payloadLength;

    private JadesEnvelope(JsonDocument document, byte[] buffer, int payloadLength) => (_document, _buffer, _payloadLength) = (document, buffer, payloadLength);

    /// <summary>The envelope; its <c>payload</c> is an empty text.</summary>
    public JsonElement Root => _document.RootElement;

    /// <summary>
    /// Opens an envelope that begins with its payload, as all producers known write it, and is in order. False says nothing about the file:
    /// the general way reads what is spelt otherwise, and names what is wrong.
    /// </summary>
    public static bool TryOpen(ReadOnlyMemory<byte> text, [NotNullWhen(true)] out JadesEnvelope? envelope)
    {
        envelope = null;
        var span = text.Span;
        if (!Begins(span, out var start) || !Utf8.IsValid(span)) return false;
        var buffer = ArrayPool<byte>.Shared.Rent(span.Length);
        if (TryUnescape(span[start..], buffer, out var read, out var written))
        {
            byte[] rest = [.. span[..start], .. span[(start + read)..]];
            if (StrictJson.TryParse(rest, rest.Length, out var document, out _))
            {
                envelope = new(document, buffer, written);
                if (JadesSeal.IsEnvelope(document.RootElement)) return true;
                envelope.Dispose();
                envelope = null;
                return false;
            }
        }
        ArrayPool<byte>.Shared.Return(buffer);
        return false;
    }

    /// <summary>The bytes signed: header text, a dot, the payload (RFC 7797, 3). To be asked for once; gone when the envelope is disposed.</summary>
    /// <param name="encodedHeader">The protected header of this envelope, as it stands there.</param>
    public ReadOnlyMemory<byte> MessageOf(string encodedHeader)
    {
        // There is room: header and payload stand in the file one behind the other.
        var at = encodedHeader.Length + 1;
        _buffer.AsSpan(0, _payloadLength).CopyTo(_buffer.AsSpan(at));
        Encoding.ASCII.GetBytes(encodedHeader, _buffer);
        _buffer[at - 1] = (byte)'.';
        return _buffer.AsMemory(0, at + _payloadLength);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _document.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    // Up to the quotation mark that opens the payload.
    private static bool Begins(ReadOnlySpan<byte> text, out int at)
    {
        at = 0;
        return Skip(text, "{"u8, ref at) && Skip(text, "\"payload\""u8, ref at) && Skip(text, ":"u8, ref at) && Skip(text, "\""u8, ref at);
    }

    private static bool Skip(ReadOnlySpan<byte> text, ReadOnlySpan<byte> token, ref int at)
    {
        var rest = text[at..].TrimStart(" \t\r\n"u8);
        at = text.Length - rest.Length + token.Length;
        return rest.StartsWith(token);
    }

    /// <summary>Unescapes a JSON text up to the quotation mark that ends it. False for control characters, unknown escapes, those by number, and a text that ends too early.</summary>
    /// <param name="text">What follows the opening quotation mark.</param>
    /// <param name="into">Takes the text; as long as <paramref name="text"/> or longer.</param>
    /// <param name="read">Bytes before the closing quotation mark.</param>
    /// <param name="written">Bytes of the text.</param>
    private static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> into, out int read, out int written)
    {
        (read, written) = (0, 0);
        // Whole blocks are copied, and what lies behind the first byte of interest is overwritten by the next. Behind a payload there is always a signature of more than a block.
        while (text.Length - read >= Vector128<byte>.Count)
        {
            var block = Vector128.Create(text[read..]);
            block.CopyTo(into[written..]);
            var stops = (Vector128.Equals(block, Vector128.Create((byte)'"')) | Vector128.Equals(block, Vector128.Create((byte)'\\')) | Vector128.LessThan(block, Vector128.Create((byte)' '))).ExtractMostSignificantBits();
            // No stop counts 32 zeros.
            var plain = Math.Min(BitOperations.TrailingZeroCount(stops), Vector128<byte>.Count);
            read += plain;
            written += plain;
            if (stops == 0) continue;
            if (text[read] == '"') return true;
            if (text[read] != '\\' || read + 1 == text.Length || Unescaped(text[read + 1]) is not (> 0 and var letter)) return false;
            into[written++] = letter;
            read += 2;
        }
        return false;
    }

    // RFC 8259, 7; zero where the letter is none of an escape.
    private static byte Unescaped(byte letter) => letter switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => letter,
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => 0,
    };
}
