using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Xml.Linq;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>What XAdES adds to a signature: the time its signer claims, and which certificate is his. Source: ETSI EN 319 132-1, 5.2.</summary>
internal static class XmlSealProperties
{
    private const int MaxCertificates = 10;

    /// <summary>Namespace of XAdES, in the edition of 1.3.2 which all later ones keep.</summary>
    public static readonly XNamespace Xades = "http://uri.etsi.org/01903/v1.3.2#";

    /// <summary>The certificates of KeyInfo, the one first that the signed properties name by its digest, and the signing time.</summary>
    /// <exception cref="XmlSealException">A certificate cannot be read, or none is the one named.</exception>
    public static (ImmutableArray<byte[]> Certificates, string ClaimedTime) Read(XmlSealParts parts)
    {
        List<byte[]> certificates = parts.KeyInfo is { } info ? [.. info.Elements(XmlSeal.Ds + "X509Data").Elements(XmlSeal.Ds + "X509Certificate").Select(XmlSealParts.Base64)] : [];
        if (certificates.Count > MaxCertificates) throw XmlSealParts.Malformed("the signature brings too many certificates");
        if (parts.SignedProperties is not { } properties) return ([.. certificates], "");

        var signature = properties.Elements(Xades + "SignedSignatureProperties").ToList();
        if (signature.Elements(Xades + "SigningCertificateV2").Concat(signature.Elements(Xades + "SigningCertificate")).Elements(Xades + "Cert").Elements(Xades + "CertDigest").FirstOrDefault() is { } named)
        {
            if (named.Element(XmlSeal.Ds + "DigestMethod") is not { } method || named.Element(XmlSeal.Ds + "DigestValue") is not { } value) throw XmlSealParts.Malformed("the signing certificate is not named as XAdES says");
            var (hash, digest) = (XmlSealParts.HashOf(method), XmlSealParts.Base64(value));
            if (hash == HashAlgorithmName.SHA1 && !parts.Legacy) throw new XmlSealException(ReasonClass.WeakAlgorithm, "the signing certificate is named by SHA-1");
            var at = certificates.FindIndex(c => CryptographicOperations.HashData(hash, c).AsSpan().SequenceEqual(digest));
            if (at < 0 && certificates.Count > 0) throw new XmlSealException(ReasonClass.ProofInvalid, "the signing certificate named by the signature is not among those it brings");
            if (at > 0) certificates = [certificates[at], .. certificates[..at], .. certificates[(at + 1)..]];
        }
        return ([.. certificates], signature.Elements(Xades + "SigningTime").FirstOrDefault()?.Value.Trim() ?? "");
    }
}
