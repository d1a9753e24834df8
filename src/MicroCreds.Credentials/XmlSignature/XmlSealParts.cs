using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Xml.Linq;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>
/// The parts of a <c>ds:Signature</c>, read strictly: every element that the profile does not know is refused, not skipped.
/// </summary>
internal sealed class XmlSealParts
{
    private const string More = "http://www.w3.org/2001/04/xmldsig-more#";
    private const string Xmlenc = "http://www.w3.org/2001/04/xmlenc#";

    private XmlSealParts(XElement signature) => Signature = signature;

    /// <summary>The signature.</summary>
    public XElement Signature { get; }

    /// <summary>What the signature value covers.</summary>
    public required XElement SignedInfo { get; init; }

    /// <summary>Canonical form of <see cref="SignedInfo"/>.</summary>
    public required XmlCanonicalForm Form { get; init; }

    /// <summary>Algorithm by its JOSE name.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The signature value.</summary>
    public required byte[] SignatureValue { get; init; }

    /// <summary>The reference to the content, and after it the one to the properties, if there is one.</summary>
    public required ImmutableArray<XmlSealReference> References { get; init; }

    /// <summary>KeyInfo; null when absent.</summary>
    public required XElement? KeyInfo { get; init; }

    /// <summary>XAdES properties of this signature that a reference covers; null when there are none.</summary>
    public required XElement? SignedProperties { get; init; }

    /// <summary>Whether SHA-1 is used.</summary>
    public required bool Legacy { get; init; }

    /// <summary>Takes a signature apart.</summary>
    /// <exception cref="XmlSealException">It is outside of the profile.</exception>
    public static XmlSealParts Read(XElement signature, bool allowLegacy)
    {
        if (signature.Elements().ToList() is not [var info, var value, .. var rest] || info.Name != XmlSeal.Ds + "SignedInfo" || value.Name != XmlSeal.Ds + "SignatureValue") throw Malformed("the signature has not the parts that it must have");
        var keyInfo = rest.FirstOrDefault() is { } first && first.Name == XmlSeal.Ds + "KeyInfo" ? first : null;
        var objects = keyInfo is null ? rest : rest[1..];
        if (objects.Exists(o => o.Name != XmlSeal.Ds + "Object")) throw Malformed("the signature has a part that it must not have");
        if (info.Elements().ToList() is not [var canonical, var method, .. { Count: 1 or 2 } references] || references.Exists(r => r.Name != XmlSeal.Ds + "Reference")
            || canonical.Name != XmlSeal.Ds + "CanonicalizationMethod" || method.Name != XmlSeal.Ds + "SignatureMethod")
            throw Unsupported("the signature must have one reference, and at most one more to its own properties");
        var read = references.ConvertAll(XmlSealReference.Read);
        if (read[0].IsProperties) read.Reverse();
        if (read[0].IsProperties || (read.Count == 2 && !read[1].IsProperties)) throw Unsupported("the signature must have one reference, and at most one more to its own properties");
        var algorithm = AlgorithmOf(method);
        var legacy = algorithm == IssuerKey.LegacyRsa || read.Exists(r => r.Hash == HashAlgorithmName.SHA1);
        if (legacy && !allowLegacy) throw new XmlSealException(ReasonClass.WeakAlgorithm, "the signature uses SHA-1");

        var qualifying = objects.Elements().Where(e => e.Name == XmlSealProperties.Xades + "QualifyingProperties").ToList();
        var properties = qualifying.Elements(XmlSealProperties.Xades + "SignedProperties").ToList();
        if (qualifying.Count > 1 || properties.Count > 1 || (properties.Count == 1) != (read.Count == 2)) throw Unsupported("the XAdES properties of the signature are not covered by it, or stand twice");
        return new(signature)
        {
            SignedInfo = info,
            Form = XmlCanonicalForm.Of(canonical) ?? throw Unsupported("the canonical form of the signature is none of those allowed"),
            Algorithm = algorithm,
            SignatureValue = Base64(value),
            References = [.. read],
            KeyInfo = keyInfo,
            SignedProperties = properties.SingleOrDefault(),
            Legacy = legacy,
        };
    }

    /// <summary>The bytes of an element whose content is base64, in lines or not, in the one spelling that these bytes have.</summary>
    /// <exception cref="XmlSealException">It is no base64, or a second spelling of it.</exception>
    public static byte[] Base64(XElement element)
    {
        var text = string.Concat(element.Value.Where(c => c is not (' ' or '\t' or '\n' or '\r')));
        var bytes = new byte[text.Length / 4 * 3];
        if (element.HasElements || !Convert.TryFromBase64String(text, bytes, out var length) || Convert.ToBase64String(bytes, 0, length) != text) throw Malformed($"{element.Name.LocalName} is not base64");
        return bytes[..length];
    }

    /// <summary>The hash that an element with <c>Algorithm</c> names.</summary>
    /// <exception cref="XmlSealException">It is none of those known.</exception>
    public static HashAlgorithmName HashOf(XElement method) => (string?)method.Attribute("Algorithm") switch
    {
        Xmlenc + "sha256" => HashAlgorithmName.SHA256,
        More + "sha384" => HashAlgorithmName.SHA384,
        Xmlenc + "sha512" => HashAlgorithmName.SHA512,
        XmlSeal.Namespace + "sha1" => HashAlgorithmName.SHA1,
        _ => throw new XmlSealException(ReasonClass.WeakAlgorithm, "a digest is none of SHA-256, SHA-384, SHA-512"),
    };

    /// <summary>A fault in the form of a signature.</summary>
    public static XmlSealException Malformed(string fault) => new(ReasonClass.Malformed, fault);

    /// <summary>A signature of a form that the profile does not know.</summary>
    public static XmlSealException Unsupported(string fault) => new(ReasonClass.UnsupportedProof, fault);

    // A MAC is no signature: who verifies it could have made it. DSA, and truncated values, are not in the list either.
    private static string AlgorithmOf(XElement method) => method.HasElements ? throw Unsupported("the algorithm of the signature has parameters") : (string?)method.Attribute("Algorithm") switch
    {
        More + "rsa-sha256" => "RS256",
        More + "rsa-sha384" => "RS384",
        More + "rsa-sha512" => "RS512",
        "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1" => "PS256",
        More + "ecdsa-sha256" => "ES256",
        More + "ecdsa-sha384" => "ES384",
        XmlSeal.Namespace + "rsa-sha1" => IssuerKey.LegacyRsa,
        _ => throw new XmlSealException(ReasonClass.WeakAlgorithm, "the algorithm of the signature is none of those allowed (RSA and ECDSA with SHA-256 and longer)"),
    };
}
