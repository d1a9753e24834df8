using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>Opens signed XML documents other than credentials, such as trusted lists: the bytes and the signers allowed go in, the signed element or the reason comes out.</summary>
public static class SealedXml
{
    /// <summary>
    /// The document element without its signature, when exactly this is what one of <paramref name="signers"/> signed; null, with the reason, in every
    /// other case. Periods of validity of the signers' certificates, and of the document itself, are the caller's to judge.
    /// </summary>
    /// <param name="file">The document.</param>
    /// <param name="maxBytes">Most bytes that are looked at.</param>
    /// <param name="signers">Certificates whose keys may have signed. The certificates in the document are never looked at.</param>
    /// <param name="reason">Class of the fault: <see cref="ReasonClass.Malformed"/>, <see cref="ReasonClass.NoProof"/>, <see cref="ReasonClass.UnsupportedProof"/>,
    /// <see cref="ReasonClass.WeakAlgorithm"/> (SHA-1 among them), <see cref="ReasonClass.ProofInvalid"/> (changed content) or <see cref="ReasonClass.KeyUnresolvable"/> (signed by nobody of them).</param>
    /// <param name="fault">The fault in words; empty when there is none.</param>
    public static XElement? Open(ReadOnlyMemory<byte> file, int maxBytes, IReadOnlyList<X509Certificate2> signers, out ReasonClass reason, out string fault)
    {
        reason = ReasonClass.Malformed;
        if (!BoundedXml.TryParse(file, maxBytes, out var document, out fault) || !XmlSeal.TryRead(document, allowLegacy: false, out var seal, out reason, out fault)) return null;
        if (signers.Any(signer => IssuerKey.TryFrom(signer, out var key) && seal.IsBy(key)))
        {
            reason = ReasonClass.None;
            return seal.Content;
        }
        (reason, fault) = (ReasonClass.KeyUnresolvable, "it is not signed by any of the signers allowed");
        return null;
    }
}
