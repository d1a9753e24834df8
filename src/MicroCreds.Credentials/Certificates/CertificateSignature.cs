using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MicroCreds.Credentials.Certificates;

/// <summary>
/// Whether one certificate was signed by the key of another. The platform only answers this inside a whole chain that ends at a root, but
/// pinned anchors are often issuing authorities. Source: RFC 5280, 4.1; algorithms: RFC 4055, RFC 5758. SHA-1 and MD5 are refused.
/// </summary>
internal static class CertificateSignature
{
    private const int MinimumRsaBits = 2048;

    /// <summary>Whether <paramref name="issuer"/>'s key signed <paramref name="certificate"/>.</summary>
    public static bool IsBy(X509Certificate2 certificate, X509Certificate2 issuer) => IsBy(certificate.RawDataMemory, issuer);

    /// <summary>The same for whatever is signed as certificates are: content, algorithm, signature. Revocation lists are.</summary>
    public static bool IsBy(ReadOnlyMemory<byte> signedDer, X509Certificate2 issuer)
    {
        try
        {
            var outer = new AsnReader(signedDer, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.ReadEncodedValue();
            var algorithm = outer.ReadSequence();
            var oid = algorithm.ReadObjectIdentifier();
            var signature = outer.ReadBitString(out var unusedBits);
            return unusedBits == 0 && Verify(oid, algorithm, signed.Span, signature, issuer);
        }
        catch (Exception exception) when (exception is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    private static bool Verify(string oid, AsnReader parameters, ReadOnlySpan<byte> signed, byte[] signature, X509Certificate2 issuer) => oid switch
    {
        "1.2.840.113549.1.1.11" => VerifyRsa(issuer, signed, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.12" => VerifyRsa(issuer, signed, signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.13" => VerifyRsa(issuer, signed, signature, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
        "1.2.840.113549.1.1.10" => PssHash(parameters) is { } hash && VerifyRsa(issuer, signed, signature, hash, RSASignaturePadding.Pss),
        "1.2.840.10045.4.3.2" => VerifyEcdsa(issuer, signed, signature, HashAlgorithmName.SHA256),
        "1.2.840.10045.4.3.3" => VerifyEcdsa(issuer, signed, signature, HashAlgorithmName.SHA384),
        "1.2.840.10045.4.3.4" => VerifyEcdsa(issuer, signed, signature, HashAlgorithmName.SHA512),
        _ => false,
    };

    private static bool VerifyRsa(X509Certificate2 issuer, ReadOnlySpan<byte> signed, byte[] signature, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        using var key = issuer.GetRSAPublicKey();
        return key is { KeySize: >= MinimumRsaBits } && key.VerifyData(signed, signature, hash, padding);
    }

    private static bool VerifyEcdsa(X509Certificate2 issuer, ReadOnlySpan<byte> signed, byte[] signature, HashAlgorithmName hash)
    {
        using var key = issuer.GetECDsaPublicKey();
        return key is not null && key.VerifyData(signed, signature, hash, DSASignatureFormat.Rfc3279DerSequence);
    }

    // RFC 4055, 3.1: the hash stands under tag 0; the default would be SHA-1, which is refused. The platform takes salts of the hash's length only.
    private static HashAlgorithmName? PssHash(AsnReader algorithm)
    {
        if (!algorithm.HasData) return null;
        var parameters = algorithm.ReadSequence();
        var tag = new Asn1Tag(TagClass.ContextSpecific, 0);
        if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(tag)) return null;
        return parameters.ReadSequence(tag).ReadSequence().ReadObjectIdentifier() switch
        {
            "2.16.840.1.101.3.4.2.1" => HashAlgorithmName.SHA256,
            "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
            "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
            _ => null,
        };
    }
}
