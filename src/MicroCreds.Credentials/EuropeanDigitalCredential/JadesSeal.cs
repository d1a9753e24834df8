using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.Tokens;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.EuropeanDigitalCredential;

/// <summary>
/// The JAdES envelope of a European Digital Credential: JWS in general JSON serialisation with exactly one signature and the payload as
/// text. Source: RFC 7515, 7.2.1; RFC 7797 (b64=false); ETSI TS 119 182-1 (JAdES).
/// </summary>
internal sealed class JadesSeal
{
    private const int MaxHeaderBytes = 256 * 1024;

    private JadesSeal(string algorithm, ImmutableArray<byte[]> certificates, ReadOnlyMemory<byte> message, int payloadAt, byte[] signature, string claimedTime)
    {
        Algorithm = algorithm;
        Certificates = certificates;
        Message = message;
        Payload = message[payloadAt..];
        Signature = signature;
        ClaimedTime = claimedTime;
    }

    /// <summary>Algorithm of the protected header; one of those allowed.</summary>
    public string Algorithm { get; }

    /// <summary>Certificates of <c>x5c</c> in DER, the sealing one first.</summary>
    public ImmutableArray<byte[]> Certificates { get; }

    /// <summary>The exact bytes that were signed.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>The credential: the part of <see cref="Message"/> after the header.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>The signature.</summary>
    public byte[] Signature { get; }

    /// <summary><c>sigT</c> as written. The sealer's own word: no trusted timestamp stands behind it.</summary>
    public string ClaimedTime { get; }

    /// <summary>Whether a JSON object has the shape of such an envelope.</summary>
    public static bool IsEnvelope(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("payload", out _) && (root.TryGetProperty("signatures", out _) || root.TryGetProperty("signature", out _));

    /// <summary>Reads the envelope, or says what is wrong with it.</summary>
    /// <param name="root">The envelope.</param>
    /// <param name="opened">Holds the payload, where it was taken out of <paramref name="root"/>; the seal is then gone with it.</param>
    /// <param name="seal">What was read.</param>
    /// <param name="reason">Why there is none.</param>
    /// <param name="fault">The same in words.</param>
    public static bool TryRead(JsonElement root, JadesEnvelope? opened, [NotNullWhen(true)] out JadesSeal? seal, out ReasonClass reason, out string fault)
    {
        seal = null;
        reason = ReasonClass.UnsupportedProof;
        if (!root.TryGetProperty("signatures", out var signatures) || signatures.ValueKind != JsonValueKind.Array || signatures.GetArrayLength() != 1)
        {
            fault = "exactly one signature is expected";
            return false;
        }
        var entry = signatures[0];
        if (Text(entry, "protected") is not { } encodedHeader || Text(entry, "signature") is not { } encodedSignature
            || !root.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.String)
        {
            (reason, fault) = (ReasonClass.Malformed, "payload, protected header and signature must be texts");
            return false;
        }
        if (entry.TryGetProperty("header", out var unprotected) && (unprotected.ValueKind != JsonValueKind.Object || unprotected.EnumerateObject().Any(m => IsForProtectedOnly(m.Name))))
        {
            fault = "the unprotected header carries a member that only a protected header may carry";
            return false;
        }
        if (encodedHeader.Length > MaxHeaderBytes || !Base64UrlText.TryDecode(encodedHeader, out var headerBytes) || !Base64UrlText.TryDecode(encodedSignature, out var signature)
            || !StrictJson.TryParse(headerBytes, MaxHeaderBytes, out var header, out _))
        {
            (reason, fault) = (ReasonClass.Malformed, "the protected header or the signature cannot be read");
            return false;
        }
        using (header)
        {
            if (!TryReadHeader(header.RootElement, out var algorithm, out var certificates, out var claimedTime, out reason, out fault)) return false;
            seal = new(algorithm, certificates, opened?.MessageOf(encodedHeader) ?? MessageOf(encodedHeader, payload), encodedHeader.Length + 1, signature, claimedTime);
            return true;
        }
    }

    private static bool TryReadHeader(
        JsonElement header, out string algorithm, out ImmutableArray<byte[]> certificates, out string claimedTime, out ReasonClass reason, out string fault)
    {
        algorithm = "";
        certificates = [];
        claimedTime = "";
        reason = ReasonClass.UnsupportedProof;
        if (header.ValueKind != JsonValueKind.Object)
        {
            (reason, fault) = (ReasonClass.Malformed, "the protected header is not an object");
            return false;
        }
        algorithm = Text(header, "alg") ?? "";
        if (!IssuerKey.IsAllowed(algorithm))
        {
            (reason, fault) = (ReasonClass.WeakAlgorithm, "the algorithm is none of RS256, PS256, ES256, ES384");
            return false;
        }
        // A header that brings a key, or says where to fetch one, is refused: keys come from pinned anchors.
        if (header.EnumerateObject().Any(m => m.Name is "jwk" or "jku" or "x5u"))
        {
            (reason, fault) = (ReasonClass.KeyUnresolvable, "the protected header brings or points to a key of its own (jwk, jku, x5u)");
            return false;
        }
        // RFC 7797, 6: b64=false only counts, and must be understood, when crit names it.
        string[] critical = header.TryGetProperty("crit", out var crit) && crit.ValueKind == JsonValueKind.Array
            ? [.. crit.EnumerateArray().Select(c => c.ValueKind == JsonValueKind.String ? c.GetString() ?? "" : "")] : [];
        if (!critical.Contains("b64") || !header.TryGetProperty("b64", out var b64) || b64.ValueKind != JsonValueKind.False)
        {
            fault = "the payload must be signed as it stands (b64=false, named in crit)";
            return false;
        }
        foreach (var name in critical)
        {
            if (name is not ("b64" or "sigT" or "adoTst" or "x5t#S256") || !header.TryGetProperty(name, out _))
            {
                fault = "crit names a member that is unknown or absent";
                return false;
            }
        }
        claimedTime = Text(header, "sigT") ?? "";
        return TokenCertificates.TryRead(header, out certificates, out reason, out fault);
    }

    // RFC 7797, 3: header text, a dot, then the payload's own bytes. The payload is a JSON text; it is unescaped once, straight into place.
    private static ReadOnlyMemory<byte> MessageOf(string encodedHeader, JsonElement payload)
    {
        var raw = JsonMarshal.GetRawUtf8Value(payload);
        var at = encodedHeader.Length + 1;
        // Every byte that counts is written below, and files are large enough for clearing them to be seen.
        var buffer = GC.AllocateUninitializedArray<byte>(at + raw.Length);
        Encoding.ASCII.GetBytes(encodedHeader, buffer);
        buffer[at - 1] = (byte)'.';
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        var length = reader.CopyString(buffer.AsSpan(at));
        return buffer.AsMemory(0, at + length);
    }

    private static bool IsForProtectedOnly(string name) => name is "alg" or "crit" or "b64" or "x5c" or "x5u" or "jwk" or "jku" or "kid" or "x5t#S256" or "sigT";

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;
}
