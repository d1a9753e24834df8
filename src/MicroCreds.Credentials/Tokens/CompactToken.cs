using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using MicroCreds.Domain.Jose;

namespace MicroCreds.Credentials.Tokens;

/// <summary>
/// JWS in compact serialisation, taken apart and not yet verified. Header and payload are strict JSON objects; the signing input is the text
/// as received. Source: RFC 7515, 3.1; RFC 7519, 7.2.
/// </summary>
internal sealed class CompactToken : IDisposable
{
    // The longest real header carries three certificates.
    private const int MaxHeaderBytes = 64 * 1024;

    private readonly JsonDocument _header;
    private readonly JsonDocument _payload;

    private CompactToken(JsonDocument header, JsonDocument payload, ReadOnlyMemory<byte> message, byte[] signature) =>
        (_header, _payload, Message, Signature) = (header, payload, message, signature);

    /// <summary>The protected header.</summary>
    public JsonElement Header => _header.RootElement;

    /// <summary>The payload.</summary>
    public JsonElement Payload => _payload.RootElement;

    /// <summary>The exact bytes that were signed.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>The signature.</summary>
    public byte[] Signature { get; }

    /// <summary>Takes a token apart. White space around it is left out; there must be exactly three parts, each in the one spelling of base64url.</summary>
    /// <param name="text">The token.</param>
    /// <param name="maxBytes">Most bytes that are looked at.</param>
    /// <param name="token">The token, to be disposed.</param>
    /// <param name="fault">What is wrong; never a piece of the content.</param>
    public static bool TryRead(ReadOnlyMemory<byte> text, int maxBytes, [NotNullWhen(true)] out CompactToken? token, out string fault)
    {
        token = null;
        text = Trim(text);
        var span = text.Span;
        var first = span.IndexOf((byte)'.');
        var second = span.LastIndexOf((byte)'.');
        fault = text.Length > maxBytes ? "it is too long"
            : first <= 0 || second <= first || span[(first + 1)..second].Contains((byte)'.') ? "it does not have three parts"
            : "";
        if (fault.Length > 0) return false;
        if (!Base64UrlText.TryDecode(span[..first], out var header) || !Base64UrlText.TryDecode(span[(first + 1)..second], out var payload) || !Base64UrlText.TryDecode(span[(second + 1)..], out var signature))
        {
            fault = "a part is not base64url";
            return false;
        }
        if (!StrictJson.TryParse(header, MaxHeaderBytes, out var headerDocument, out var why))
        {
            fault = $"its header cannot be read: {why}";
            return false;
        }
        if (!StrictJson.TryParse(payload, maxBytes, out var payloadDocument, out why))
        {
            headerDocument.Dispose();
            fault = $"its payload cannot be read: {why}";
            return false;
        }
        token = new(headerDocument, payloadDocument, text[..second], signature);
        if (token.Header.ValueKind == JsonValueKind.Object && token.Payload.ValueKind == JsonValueKind.Object) return true;
        token.Dispose();
        token = null;
        fault = "header and payload must be objects";
        return false;
    }

    /// <summary>The text without white space around it.</summary>
    public static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> text)
    {
        var start = text.Length - text.Span.TrimStart(" \t\r\n"u8).Length;
        return text.Slice(start, text.Span[start..].TrimEnd(" \t\r\n"u8).Length);
    }

    /// <summary>The text without white space around it and without the line breaks that mail programs put inside: what was signed has neither.</summary>
    public static ReadOnlyMemory<byte> Unwrap(ReadOnlyMemory<byte> text)
    {
        text = Trim(text);
        return text.Span.IndexOfAny("\r\n"u8) < 0 ? text : text.ToArray().Where(b => b is not ((byte)'\r' or (byte)'\n')).ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _header.Dispose();
        _payload.Dispose();
    }
}
