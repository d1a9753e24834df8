using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MicroCreds.Credentials.Certificates;
using MicroCreds.Credentials.Checks;
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
internal sealed record StatusListDocument
{
    // A list of 16 million credentials of eight bits. Real ones have 16 KB.
    private const int MaxListBytes = 16 * 1024 * 1024;

    private readonly byte[] _bits;
    private readonly int _size;
    private readonly bool _lowBitFirst;
    private readonly string _entryType;
    private readonly ImmutableArray<string> _purposes;
    private readonly DateTimeOffset? _from;

    private StatusListDocument(string id, byte[] bits, int size, bool lowBitFirst, string entryType, ImmutableArray<string> purposes, DateTimeOffset? from, DateTimeOffset? until) =>
        (Id, _bits, _size, _lowBitFirst, _entryType, _purposes, _from, Until) = (id, bits, size, lowBitFirst, entryType, purposes, from, until);

    private StatusListDocument(string id, StatusAnswer fault, string why) : this(id, [], 1, false, "", [], null, null) => (Fault, Why) = (fault, why);

    /// <summary>The list's name for itself; empty when it has none.</summary>
    public string Id { get; }

    /// <summary>What every question is answered with when the list cannot be used: invalid, or unavailable when nobody vouches for it. Null when it can.</summary>
    public StatusAnswer? Fault { get; }

    /// <summary>The fault in words; empty without one.</summary>
    public string Why { get; } = "";

    /// <summary>Who signed it; empty when it cannot be used.</summary>
    public string Signer { get; private init; } = "";

    /// <summary>The seal it carries in place of a registered key, with the anchors by which that counts; null for a key.</summary>
    public (SealChain Chain, AnchorStore Anchors)? Seal { get; private init; }

    /// <summary>When it was made, by the newest date that its proof covers; null when it carries none.</summary>
    public DateTimeOffset? Made { get; private init; }

    /// <summary>End of its own validity, included; null when it states none.</summary>
    public DateTimeOffset? Until { get; }

    /// <summary>After what time it asks to be fetched again; null when it states none. Source: Bitstring Status List, 2.2 (ttl in milliseconds); Token Status List, 5.1 (ttl in seconds).</summary>
    public TimeSpan? TimeToLive { get; private init; }

    /// <summary>Whether it is a Token Status List.</summary>
    public bool OfTokens => _entryType == StatusPointer.Token;

    /// <summary>Memory that its bits take.</summary>
    public int Bytes => _bits.Length;

    /// <summary>Reads and verifies a list; null when the document is none.</summary>
    public static StatusListDocument? Read(ReadOnlyMemory<byte> document, IssuerRegister register, AnchorStore anchors)
    {
        var text = CompactToken.Unwrap(StrictJson.SkipByteOrderMark(document));
        if (text.Span.StartsWith("ey"u8)) return OfToken(text, register, anchors);
        if (!StrictJson.TryParse(text, CredentialVerifier.MaxFileBytes, out var json, out _)) return null;
        using (json)
        {
            var root = json.RootElement;
            if (JsonFormat.Of(root) != CredentialFormat.StatusList) return null;
            var id = TokenHeader.Text(root, "id") ?? "";
            var issuer = BadgeToken.IssuerOf(root);
            // The time at which a proof ends is judged with the list's own period; a list is verified once and asked later.
            var proofs = EmbeddedProofs.Verify(root, issuer, register, DateTimeOffset.MinValue);
            if (proofs.Reason is ReasonClass.KeyUnresolvable || (proofs.Reason == ReasonClass.None && proofs.Keys is { Trust: null } or { StaleSince: not null })) return Unknown(id, issuer);
            if (proofs.Reason != ReasonClass.None) return Wrong(id, $"its proof does not hold: {proofs.Fault}");
            // Whoever hands it on could leave its end out.
            if (proofs.Selective) return Wrong(id, "its proof lets parts of it be left out");
            return proofs.Signer != issuer ? Wrong(id, "it is signed by another than its issuer") : OfCredential(id, root, null) with { Signer = issuer };
        }
    }

    /// <summary>What the list says at a place.</summary>
    public StatusAnswer Ask(StatusPointer place, DateTimeOffset at)
    {
        if (Fault is { } fault) return fault;
        if (at < _from || at > Until || OfSeal(at) is not null) return StatusAnswer.Unavailable;
        if (_entryType != place.Type || (place.Type != StatusPointer.Token && !_purposes.Contains(place.Purpose))) return StatusAnswer.Invalid;
        if (place.Type != StatusPointer.Token && place.Purpose is not ("revocation" or "suspension")) return StatusAnswer.Unavailable;
        var bit = place.Index * _size;
        if (place.Index < 0 || place.Index > (long)_bits.Length * 8 / _size - 1) return StatusAnswer.Invalid;
        var value = (_bits[bit / 8] >> (int)(_lowBitFirst ? bit % 8 : 8 - _size - (bit % 8))) & ((1 << _size) - 1);
        // Token Status List, 7.1: 1 is invalid, 2 suspended; further values mean what an application says.
        return value switch { 0 => StatusAnswer.Clear, 1 => StatusAnswer.Set, 2 => StatusAnswer.Set, _ => StatusAnswer.Unavailable };
    }

    /// <summary>Whose it is and when it was made, or why it cannot be used at a time, in one sentence.</summary>
    public string Describe(DateTimeOffset at) => OfSeal(at) is { } against ? $"The seal of the list does not count: {against}" : Describe();

    /// <summary>Whose it is and when it was made, or why it can never be used, in one sentence.</summary>
    public string Describe() => Fault is not null ? $"The list cannot be used: {Why}." : $"The list is signed by {SignerCheck.Shown(Signer)}{(Made is { } made ? $" and dated {Shown(made)}" : "")}.";

    private static StatusListDocument? OfToken(ReadOnlyMemory<byte> text, IssuerRegister register, AnchorStore anchors)
    {
        if (!CompactToken.TryRead(text, CredentialVerifier.MaxFileBytes, out var token, out _)) return null;
        using (token)
        {
            var format = FormatDetector.OfToken(token.Header, token.Payload);
            if (format is not (CredentialFormat.StatusList or CredentialFormat.TokenStatusList)) return null;
            var own = format == CredentialFormat.TokenStatusList;
            var credential = token.Payload.TryGetProperty("vc", out var vc) ? vc : token.Payload;
            var id = (own ? TokenHeader.Text(token.Payload, "sub") : TokenHeader.Text(credential, "id")) ?? "";
            if (TokenHeader.TryRead(token.Header, own ? ["STATUSLIST+JWT"] : ["JWT", "VC+JWT", "VC+LD+JWT"], out _, out _) is not { } header || TokenTimes.TryRead(token.Payload) is not { } times || !TokenTimes.TryRead(token.Payload, "iat", out var made)) return Wrong(id, "its header or a time in it cannot be read");
            var signer = TokenHeader.Text(token.Payload, "iss") ?? (own ? IssuerRegister.SignerOf(header.Method ?? "") : BadgeToken.IssuerOf(credential));
            var found = BadgeToken.FindKeys(register, signer, header.Method);
            SealChain? chain = null;
            if (found is { Trust: null, Keys.IsEmpty: true } && token.Header.TryGetProperty("x5c", out _))
            {
                chain = CertifiedSignature.Verify(token, header.Algorithm, signer, new(anchors), out var reason, out var fault);
                if (chain is null) return reason == ReasonClass.KeyUnresolvable ? Unknown(id, signer) : Wrong(id, $"its seal does not hold: {fault}");
            }
            else if (found is { Keys.IsEmpty: true } or { Trust: null } or { StaleSince: not null }) return Unknown(id, signer);
            else if (!found.Keys.Any(k => k.Verify(header.Algorithm, token.Message.Span, token.Signature))) return Wrong(id, "its signature does not fit");
            if (!own && BadgeToken.IssuerOf(credential) != signer) return Wrong(id, "it is signed by another than its issuer");
            var list = own ? OfTokenList(id, token.Payload, times) : OfCredential(id, credential, times);
            return list with { Signer = chain?.Path[0].Name ?? signer, Made = Later(list.Made, made), Seal = chain is null ? null : (chain, anchors) };
        }
    }

    private static StatusListDocument OfTokenList(string id, JsonElement payload, TokenTimes times)
    {
        if (!payload.TryGetProperty("status_list", out var list) || list.ValueKind != JsonValueKind.Object || !list.TryGetProperty("bits", out var bits) || !bits.TryGetInt32(out var size) || size is not (1 or 2 or 4 or 8)
            || !Base64UrlText.TryDecode(TokenHeader.Text(list, "lst"), out var packed) || Inflate(new ZLibStream(new MemoryStream(packed), CompressionMode.Decompress)) is not { } content)
            return Wrong(id, "its bits cannot be unpacked");
        return new(id, content, size, lowBitFirst: true, StatusPointer.Token, [], times.From, times.Until) { TimeToLive = Duration(payload, TimeSpan.TicksPerSecond) };
    }

    private static StatusListDocument OfCredential(string id, JsonElement root, TokenTimes? times)
    {
        var subject = root.GetProperty("credentialSubject");
        var bitstring = JsonFormat.HasType(root, "BitstringStatusListCredential") && JsonFormat.HasType(subject, "BitstringStatusList");
        if (!bitstring && !(JsonFormat.HasType(root, "StatusList2021Credential") && JsonFormat.HasType(subject, "StatusList2021"))) return Wrong(id, "its types are not those of a status list");
        var encoded = TokenHeader.Text(subject, "encodedList") ?? "";
        // Bitstring Status List, 2.2: multibase base64url; the older list is base64 in one spelling or the other.
        byte[]? packed = bitstring && !encoded.StartsWith('u') ? null : Decode(bitstring ? encoded[1..] : encoded);
        if (packed is null || Inflate(new GZipStream(new MemoryStream(packed), CompressionMode.Decompress)) is not { } content) return Wrong(id, "its bits cannot be unpacked");
        DateTimeOffset? made = null;
        var (from, until) = (times?.From, times?.Until);
        foreach (var (name, begins) in new[] { ("validFrom", true), ("issuanceDate", true), ("validUntil", false), ("expirationDate", false) })
        {
            if (!root.TryGetProperty(name, out var date)) continue;
            if (date.ValueKind != JsonValueKind.String || !ElmValues.TryParseTime(date.GetString(), out var time)) return Wrong(id, "a time in it cannot be read");
            if (begins) from = made = Later(from, time.Instant);
            else until = Earlier(until, time.Instant);
        }
        foreach (var proof in Proofs(root))
        {
            made = Later(made, Time(proof, "created"));
            until = Earlier(until, Time(proof, "expires"));
        }
        return new(id, content, 1, lowBitFirst: false, bitstring ? "BitstringStatusListEntry" : "StatusList2021Entry", [.. JsonFormat.Texts(subject, "statusPurpose")], from, until)
        {
            Made = made,
            TimeToLive = Duration(subject, TimeSpan.TicksPerMillisecond),
        };
    }

    /// <summary>
    /// Why this list may not take the place of <paramref name="held"/>, in words; null when it may. Whoever answers with an old list un-revokes
    /// what was revoked since, and a revocation is not taken back without a newer date.
    /// </summary>
    public string? RollsBack(StatusListDocument held)
    {
        if (held.Fault is not null) return null;
        if (Made < held.Made || (Made is null && held.Made is not null)) return $"it is older ({(Made is { } mine ? Shown(mine) : "without a date")}) than the one held ({Shown(held.Made ?? default)})";
        return Made > held.Made || !Revokes || !Clears(held) ? null : "it takes back a revocation and is not newer than the one held";
    }

    // What stands against its seal at a time; null when nothing does, or when it has none.
    private string? OfSeal(DateTimeOffset at) => Seal is { } seal && ChainCheck.Make(seal.Chain, seal.Anchors, at) is { Result: not CheckResult.Ok } against ? against.Evidence : null;

    private static string Shown(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private bool Revokes => OfTokens || _purposes.Contains("revocation");

    // One is "revoked" for W3C lists and "invalid" for tokens; a suspension may end.
    private bool Clears(StatusListDocument held)
    {
        if (held._size != _size || held._lowBitFirst != _lowBitFirst) return true;
        for (var i = 0; i < held._bits.Length; i++)
        {
            var now = i < _bits.Length ? _bits[i] : 0;
            if (held._bits[i] == now) continue;
            for (var shift = 0; shift < 8; shift += _size)
            {
                var mask = (1 << _size) - 1;
                if (((held._bits[i] >> shift) & mask) == 1 && ((now >> shift) & mask) != 1) return true;
            }
        }
        return false;
    }

    /// <summary>A list that answers that it is invalid, and why.</summary>
    public static StatusListDocument Wrong(string id, string why) => new(id, StatusAnswer.Invalid, why);

    private static StatusListDocument Unknown(string id, string signer) => new(id, StatusAnswer.Unavailable, $"no key of {SignerCheck.Shown(signer)} is registered here that counts now");

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static JsonElement[] Proofs(JsonElement root) => !root.TryGetProperty("proof", out var proof) ? []
        : proof.ValueKind == JsonValueKind.Array ? [.. proof.EnumerateArray()] : [proof];

    private static DateTimeOffset? Time(JsonElement proof, string name) => ElmValues.TryParseTime(TokenHeader.Text(proof, name), out var time) ? time.Instant : null;

    private static TimeSpan? Duration(JsonElement holder, long ticks) =>
        holder.TryGetProperty("ttl", out var ttl) && ttl.ValueKind == JsonValueKind.Number && ttl.TryGetInt64(out var number) && number > 0 ? new TimeSpan(Math.Min(number, uint.MaxValue) * ticks) : null;

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
