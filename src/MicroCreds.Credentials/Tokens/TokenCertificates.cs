using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.Tokens;

/// <summary>The certificates that a header brings (<c>x5c</c>). They show a way to a pinned anchor and are no keys by themselves. Source: RFC 7515, 4.1.6 and 4.1.8.</summary>
internal static class TokenCertificates
{
    private const int MaxCertificates = 10;

    /// <summary>Reads them in DER, the signing one first; false when there are none, they cannot be read, or the first is not the one that <c>x5t#S256</c> names.</summary>
    public static bool TryRead(JsonElement header, out ImmutableArray<byte[]> certificates, out ReasonClass reason, out string fault)
    {
        certificates = [];
        (reason, fault) = (ReasonClass.KeyUnresolvable, "the sealing certificate (x5c) is missing");
        if (!header.TryGetProperty("x5c", out var x5c) || x5c.ValueKind != JsonValueKind.Array || x5c.GetArrayLength() is 0 or > MaxCertificates) return false;
        (reason, fault) = (ReasonClass.Malformed, "a certificate of x5c is not base64");
        var builder = ImmutableArray.CreateBuilder<byte[]>();
        foreach (var entry in x5c.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.String || !entry.TryGetBytesFromBase64(out var der)) return false;
            builder.Add(der);
        }
        certificates = builder.ToImmutable();
        (reason, fault) = (ReasonClass.ProofInvalid, "x5t#S256 is not the digest of the sealing certificate");
        if (header.TryGetProperty("x5t#S256", out var thumbprint)
            && (thumbprint.ValueKind != JsonValueKind.String || thumbprint.GetString() != Base64Url.EncodeToString(SHA256.HashData(certificates[0])))) return false;
        (reason, fault) = (ReasonClass.None, "");
        return true;
    }
}
