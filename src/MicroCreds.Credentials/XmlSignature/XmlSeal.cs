using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Xml.Linq;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>
/// The one enveloped signature of an XML document, as XMLDSig or XAdES, read by a closed profile: one signature in the whole document, a child of
/// its root or of the root's proof; one reference, to that whole document without the signature; beside it at most one to the signature's own XAdES properties;
/// algorithms of a short list. What is signed is what is then read: <see cref="Content"/> is the root with the signature taken out. No key is
/// taken from the document; its certificates are hints for a chain to a pinned anchor. Source: XML Signature Syntax and Processing 1.1;
/// XML Signature Best Practices; ETSI EN 319 132-1 (XAdES).
/// </summary>
internal sealed class XmlSeal
{
    /// <summary>What this goes by.</summary>
    public const string Standard = "XML Signature 1.1; ETSI EN 319 132-1 (XAdES)";

    /// <summary>Namespace of XML signatures.</summary>
    public const string Namespace = "http://www.w3.org/2000/09/xmldsig#";

    /// <summary>The same, to make names with.</summary>
    public static readonly XNamespace Ds = Namespace;

    private readonly byte[] _message;
    private readonly byte[] _signature;

    private XmlSeal(string algorithm, byte[] message, byte[] signature, ImmutableArray<byte[]> certificates, string claimedTime, bool legacy, XElement content)
    {
        (_message, _signature) = (message, signature);
        Algorithm = algorithm;
        Certificates = certificates;
        ClaimedTime = claimedTime;
        Legacy = legacy;
        Content = content;
    }

    /// <summary>Algorithm of the signature by its JOSE name, e.g. <c>RS256</c>.</summary>
    public string Algorithm { get; }

    /// <summary>Certificates of <c>KeyInfo</c> in DER, the signing one first where XAdES names it. Hints, never keys.</summary>
    public ImmutableArray<byte[]> Certificates { get; }

    /// <summary>XAdES <c>SigningTime</c> as written; empty when none. The signer's own word: no trusted timestamp stands behind it.</summary>
    public string ClaimedTime { get; }

    /// <summary>Whether SHA-1 was used anywhere. Shows that nothing changed by accident, and proves nothing against a forger.</summary>
    public bool Legacy { get; }

    /// <summary>The document element without the signature: exactly what the digest covers.</summary>
    public XElement Content { get; }

    /// <summary>
    /// Reads the signature and compares the digests, which needs no key: a seal that comes out of here has the content that its signer saw, whoever
    /// that was. Takes the signature out of <paramref name="document"/>.
    /// </summary>
    /// <param name="document">The document, read by <see cref="BoundedXml"/>.</param>
    /// <param name="allowLegacy">Whether SHA-1 is read at all; the caller must then look at <see cref="Legacy"/>.</param>
    /// <param name="seal">The seal.</param>
    /// <param name="reason">Class of the fault: no proof, a proof outside of the profile, a weak algorithm, or changed content.</param>
    /// <param name="fault">The fault in words.</param>
    public static bool TryRead(XDocument document, bool allowLegacy, [NotNullWhen(true)] out XmlSeal? seal, out ReasonClass reason, out string fault)
    {
        seal = null;
        try
        {
            seal = Read(document, allowLegacy);
            (reason, fault) = (ReasonClass.None, "");
            return true;
        }
        catch (XmlSealException e)
        {
            (reason, fault) = (e.Reason, e.Message);
            return false;
        }
    }

    /// <summary>Whether <paramref name="key"/> made the signature, under an algorithm that fits it.</summary>
    public bool IsBy(IssuerKey key) => key.Verify(Algorithm, _message, _signature);

    private static XmlSeal Read(XDocument document, bool allowLegacy)
    {
        if (document.Root is not { } root) throw new XmlSealException(ReasonClass.Malformed, "the document is empty");
        // Two signatures, or one further inside, are how wrapped documents look: a reader and a verifier would choose differently.
        var signatures = root.DescendantsAndSelf(Ds + "Signature").ToList();
        if (signatures.Count == 0) throw new XmlSealException(ReasonClass.NoProof, "the document carries no signature");
        if (signatures.Count > 1) throw Unsupported("the document carries more than one signature");
        if (!StandsBeside(signatures[0], root)) throw Unsupported("the signature is not a child of the document element, nor alone in its proof");
        var parts = XmlSealParts.Read(signatures[0], allowLegacy);

        var ids = root.DescendantsAndSelf().SelectMany(IdsOf).CountBy(id => id).ToDictionary(StringComparer.Ordinal);
        foreach (var reference in parts.References)
        {
            var signed = reference.IsProperties ? PropertiesOf(parts, reference, ids) : ContentOf(document, root, reference, ids);
            var canonical = XmlCanonicalizer.Write(signed, reference.Form, reference.IsProperties ? null : parts.Signature);
            if (!reference.Digest.AsSpan().SequenceEqual(CryptographicOperations.HashData(reference.Hash, canonical.Span)))
                throw new XmlSealException(ReasonClass.ProofInvalid, reference.IsProperties ? "the digest of the signed properties does not fit them" : "the digest does not fit the content: it was changed after signing, or formatted anew");
        }
        var message = XmlCanonicalizer.Write(parts.SignedInfo, parts.Form, null).ToArray();
        var (certificates, claimedTime) = XmlSealProperties.Read(parts);
        parts.Signature.Remove();
        return new(parts.Algorithm, message, parts.SignatureValue, certificates, claimedTime, parts.Legacy, root);
    }

    // Europass credentials have an element of their own around the signature.
    private static bool StandsBeside(XElement signature, XElement root) =>
        signature.Parent == root || (signature.Parent is { Name.LocalName: "proof" } proof && proof.Parent == root && proof.Elements().Count() == 1);

    // "See what is signed": the reference must be to the very root that is handed on.
    private static XNode ContentOf(XDocument document, XElement root, XmlSealReference reference, Dictionary<string, int> ids)
    {
        if (reference.Uri.Length == 0) return document;
        var id = reference.Uri[1..];
        if (ids.GetValueOrDefault(id) != 1) throw Unsupported("the identifier that the signature refers to is carried by no element, or by several");
        return IdsOf(root).Contains(id) ? root : throw Unsupported("the signature covers a part of the document only");
    }

    private static XElement PropertiesOf(XmlSealParts parts, XmlSealReference reference, Dictionary<string, int> ids)
    {
        var id = reference.Uri.Length > 1 ? reference.Uri[1..] : "";
        if (parts.SignedProperties is not { } properties || !IdsOf(properties).Contains(id) || ids.GetValueOrDefault(id) != 1)
            throw Unsupported("the signed properties are not those of this signature, or their identifier stands twice");
        return properties;
    }

    private static IEnumerable<string> IdsOf(XElement element) =>
        element.Attributes().Where(a => string.Equals(a.Name.LocalName, "id", StringComparison.OrdinalIgnoreCase) && (a.Name.Namespace == XNamespace.None || a.Name.Namespace == XNamespace.Xml)).Select(a => a.Value).Distinct();

    private static XmlSealException Unsupported(string fault) => new(ReasonClass.UnsupportedProof, fault);
}

/// <summary>Why a signature cannot be used. Never leaves this folder.</summary>
internal sealed class XmlSealException(ReasonClass reason, string fault) : Exception(fault)
{
    /// <summary>Class of the fault.</summary>
    public ReasonClass Reason { get; } = reason;
}
