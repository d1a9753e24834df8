using System.Buffers.Text;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MicroCreds.Credentials.EuropeanDigitalCredential;
using MicroCreds.Credentials.Formats;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.LinkedData;
using MicroCreds.Credentials.OpenBadge;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Status;

/// <summary>
/// One status list with its own proof verified. Source: W3C Bitstring Status List 1.0, 2 and 3.2; StatusList2021, 4; Token Status List, 4 to 8.
/// </summary>
internal sealed class StatusListDocument
{
    // A list of 16 million credentials of eight bits. Real ones have 16 KB.
    private const int MaxListBytes = 16 * 1024 * 1024;

    private readonly byte[] _bits;
    private readonly int _size;
    private readonly bool _lowBitFirst;
    private readonly string _entryType;
    private readonly ImmutableArray<string> _purposes;
    private readonly DateTimeOffset? _from;
    private readonly DateTimeOffset? _until;

    private StatusListDocument(string id, byte[] bits, int size, bool lowBitFirst, string entryType, ImmutableArray<string> purposes, DateTimeOffset? from, DateTimeOffset? until) =>
        (Id, _bits, _size, _lowBitFirst, _entryType, _purposes, _from, _until) = (id, bits, size, lowBitFirst, entryType, purposes, from, until);

    private StatusListDocument(string id, StatusAnswer fault) : this(id, [], 1, false, "", [], null, null) => Fault = fault;

    /// <summary>The list's name for itself; empty when it has none.</summary>
    public string Id { get; }

    /// <summary>What every question is answered with when the list cannot be used: invalid, or unavailable when nobody vouches for it. Null when it can.</summary>
    public StatusAnswer? Fault { get; }

    /// <summary>Reads and verifies a list; null when the document is none.</summary>
    public static StatusListDocument? Read(ReadOnlyMemory<byte> document, IssuerRegister register)
    {
        var text = CompactToken.Unwrap(StrictJson.SkipByteOrderMark(document));
        if (text.Span.StartsWith("ey"u8)) return OfToken(text, register);
        if (!StrictJson.TryParse(text, CredentialVerifier.MaxFileBytes, out var json, out _)) return null;
        using (json)
        {
            var root = json.RootElement;
            if (JsonFormat.Of(root) != CredentialFormat.StatusList) return null;
            var id = TokenHeader.Text(root, "id") ?? "";
            var issuer = BadgeToken.IssuerOf(root);
            // The time at which a proof ends is judged with the list's own period; a list is verified once and asked later.
            var proofs = EmbeddedProofs.Verify(root, issuer, register, DateTimeOffset.MinValue);
            if (proofs.Reason is ReasonClass.KeyUnresolvable || (proofs.Reason == ReasonClass.None && proofs.Trust is null)) return new(id, StatusAnswer.Unavailable);
            return proofs.Reason != ReasonClass.None || proofs.Signer != issuer ? new(id, StatusAnswer.Invalid) : OfCredential(id, root, null);
        }
    }

    /// <summary>What the list says at a place.</summary>
    public StatusAnswer Ask(StatusPointer place, DateTimeOffset at)
    {
        if (Fault is { } fault) return fault;
        if (at < _from || at > _until) return StatusAnswer.Unavailable;
        if (_entryType != place.Type || (place.Type != StatusPointer.Token && !_purposes.Contains(place.Purpose))) return StatusAnswer.Invalid;
        if (place.Type != StatusPointer.Token && place.Purpose is not ("revocation" or "suspension")) return StatusAnswer.Unavailable;
        var bit = place.Index * _size;
        if (place.Index < 0 || place.Index > (long)_bits.Length * 8 / _size - 1) return StatusAnswer.Invalid;
        var value = (_bits[bit / 8] >> (int)(_lowBitFirst ? bit % 8 : 8 - _size - (bit % 8))) & ((1 << _size) - 1);
        // Token Status List, 7.1: 1 is invalid, 2 suspended; further values mean what an application says.
        return value switch { 0 => StatusAnswer.Clear, 1 => StatusAnswer.Set, 2 => StatusAnswer.Set, _ => StatusAnswer.Unavailable };
    }

    private static StatusListDocument? OfToken(ReadOnlyMemory<byte> text, IssuerRegister register)
    {
        if (!CompactToken.TryRead(text, CredentialVerifier.MaxFileBytes, out var token, out _)) return null;
        using (token)
        {
            var format = FormatDetector.OfToken(token.Header, token.Payload);
            if (format is not (CredentialFormat.StatusList or CredentialFormat.TokenStatusList)) return null;
            var own = format == CredentialFormat.TokenStatusList;
            var credential = token.Payload.TryGetProperty("vc", out var vc) ? vc : token.Payload;
            var id = (own ? TokenHeader.Text(token.Payload, "sub") : TokenHeader.Text(credential, "id")) ?? "";
            if (TokenHeader.TryRead(token.Header, own ? ["STATUSLIST+JWT"] : ["JWT", "VC+JWT", "VC+LD+JWT"], out _, out _) is not { } header || TokenTimes.TryRead(token.Payload) is not { } times) return new(id, StatusAnswer.Invalid);
            var signer = TokenHeader.Text(token.Payload, "iss") ?? (own ? IssuerRegister.SignerOf(header.Method ?? "") : BadgeToken.IssuerOf(credential));
            var found = BadgeToken.FindKeys(register, signer, header.Method);
            if (found.Keys.IsEmpty || found.Trust is null) return new(id, StatusAnswer.Unavailable);
            if (!found.Keys.Any(k => k.Verify(header.Algorithm, token.Message.Span, token.Signature)) || (!own && BadgeToken.IssuerOf(credential) != signer)) return new(id, StatusAnswer.Invalid);
            return own ? OfTokenList(id, token.Payload, times) : OfCredential(id, credential, times);
        }
    }

    private static StatusListDocument OfTokenList(string id, JsonElement payload, TokenTimes times)
    {
        if (!payload.TryGetProperty("status_list", out var list) || list.ValueKind != JsonValueKind.Object || !list.TryGetProperty("bits", out var bits) || !bits.TryGetInt32(out var size) || size is not (1 or 2 or 4 or 8)
            || !Base64UrlText.TryDecode(TokenHeader.Text(list, "lst"), out var packed) || Inflate(new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress)) is not { } content)
            return new(id, StatusAnswer.Invalid);
        return new(id, content, size, lowBitFirst: true, StatusPointer.Token, [], times.From, times.Until);
    }

    private static StatusListDocument OfCredential(string id, JsonElement root, TokenTimes? times)
    {
        var subject = root.GetProperty("credentialSubject");
        var bitstring = JsonFormat.HasType(root, "BitstringStatusListCredential") && JsonFormat.HasType(subject, "BitstringStatusList");
        if (!bitstring && !(JsonFormat.HasType(root, "StatusList2021Credential") && JsonFormat.HasType(subject, "StatusList2021"))) return new(id, StatusAnswer.Invalid);
        var encoded = TokenHeader.Text(subject, "encodedList") ?? "";
        // Bitstring Status List, 2.2: multibase base64url; the older list is base64 in one spelling or the other.
        byte[]? packed = bitstring && !encoded.StartsWith('u') ? null : Decode(bitstring ? encoded[1..] : encoded);
        if (packed is null || Inflate(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)) is not { } content) return new(id, StatusAnswer.Invalid);
        var (from, until) = (times?.From, times?.Until);
        foreach (var (name, begins) in new[] { ("validFrom", true), ("issuanceDate", true), ("validUntil", false), ("expirationDate", false) })
        {
            if (!root.TryGetProperty(name, out var date)) continue;
            if (date.ValueKind != JsonValueKind.String || !ElmValues.TryParseTime(date.GetString(), out var time)) return new(id, StatusAnswer.Invalid);
            if (begins) from = from is { } later && later > time.Instant ? later : time.Instant;
            else until = until is { } earlier && earlier < time.Instant ? earlier : time.Instant;
        }
        return new(id, content, 1, lowBitFirst: false, bitstring ? "BitstringStatusListEntry" : "StatusList2021Entry", [.. JsonFormat.Texts(subject, "statusPurpose")], from, until);
    }

    private static byte[]? Decode(string text)
    {
        var plain = text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return Base64Url.IsValid(plain) ? Base64Url.DecodeFromUtf8(Encoding.ASCII.GetBytes(plain)) : null;
    }

    // Bounded: a few bytes can unpack to gigabytes.
    private static byte[]? Inflate(Stream stream)
    {
        using (stream)
        {
            using var content = new MemoryStream();
            var buffer = new byte[16 * 1024];
            try
            {
                for (var read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
                {
                    if (content.Length + read > MaxListBytes) return null;
                    content.Write(buffer, 0, read);
                }
            }
            catch (InvalidDataException)
            {
                return null;
            }
            return content.Length > 0 ? content.ToArray() : null;
        }
    }
}
