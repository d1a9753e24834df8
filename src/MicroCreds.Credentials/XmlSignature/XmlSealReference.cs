using System.Security.Cryptography;
using System.Xml.Linq;

namespace MicroCreds.Credentials.XmlSignature;

/// <summary>
/// A reference of a signature: what it covers, how that is written, and its digest. Three ways of saying "without the signature" are known: the
/// enveloped transform, and the two XPath spellings that the Commission's builder used. No expression is ever evaluated.
/// </summary>
/// <param name="Uri">Empty for the whole document, or <c>#</c> and an identifier.</param>
/// <param name="IsProperties">Whether it covers the XAdES properties instead of the content.</param>
/// <param name="Form">Canonical form.</param>
/// <param name="Hash">Hash of the digest.</param>
/// <param name="Digest">The digest.</param>
internal sealed record XmlSealReference(string Uri, bool IsProperties, XmlCanonicalForm Form, HashAlgorithmName Hash, byte[] Digest)
{
    private const string PropertiesType = "http://uri.etsi.org/01903#SignedProperties";
    private const string Xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    private const string XpathFilter = "http://www.w3.org/2002/06/xmldsig-filter2";

    /// <summary>Reads a reference.</summary>
    /// <exception cref="XmlSealException">It is outside of the profile.</exception>
    public static XmlSealReference Read(XElement reference)
    {
        var parts = reference.Elements().ToList();
        List<XElement> transforms = [];
        if (parts.Count == 3 && parts[0].Name == XmlSeal.Ds + "Transforms")
        {
            transforms = [.. parts[0].Elements()];
            parts.RemoveAt(0);
        }
        if (parts is not [var method, var digest] || method.Name != XmlSeal.Ds + "DigestMethod" || digest.Name != XmlSeal.Ds + "DigestValue" || transforms.Exists(t => t.Name != XmlSeal.Ds + "Transform"))
            throw XmlSealParts.Malformed("a reference has not the parts that it must have");
        var uri = (string?)reference.Attribute("URI");
        if (uri is null || (uri.Length > 0 && (uri[0] != '#' || uri.Length == 1 || uri.Contains('(', StringComparison.Ordinal)))) throw XmlSealParts.Unsupported("a reference points outside of the document, or by an expression");
        var isProperties = (string?)reference.Attribute("Type") == PropertiesType;
        if (!isProperties)
        {
            if (transforms.Count == 0 || !LeavesOutSignature(transforms[0])) throw XmlSealParts.Unsupported("the first transform must leave out the signature, and nothing else");
            transforms.RemoveAt(0);
        }
        var form = transforms.Count == 0 ? XmlCanonicalForm.Inclusive : XmlCanonicalForm.Of(transforms[0]);
        if (transforms.Count > 1 || form is null) throw XmlSealParts.Unsupported("a transform is none of those allowed");
        return new(uri, isProperties, form, XmlSealParts.HashOf(method), XmlSealParts.Base64(digest));
    }

    private static bool LeavesOutSignature(XElement transform) => ((string?)transform.Attribute("Algorithm"), transform.Elements().ToList()) switch
    {
        (XmlSeal.Namespace + "enveloped-signature", []) => true,
        (Xpath, [var expression]) => expression.Name == XmlSeal.Ds + "XPath" && Means(expression, "not(ancestor-or-self::", ":Signature)"),
        (XpathFilter, [var expression]) => expression.Name == XName.Get("XPath", XpathFilter) && (string?)expression.Attribute("Filter") == "subtract" && Means(expression, "/descendant::", ":Signature"),
        _ => false,
    };

    // The expression is compared, not evaluated; its prefix must mean signatures where it stands.
    private static bool Means(XElement expression, string before, string after)
    {
        var text = expression.Value.Trim();
        return !expression.HasElements && text.StartsWith(before, StringComparison.Ordinal) && text.EndsWith(after, StringComparison.Ordinal) && text.Length > before.Length + after.Length
            && text[before.Length..^after.Length] is var prefix && prefix.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && expression.GetNamespaceOfPrefix(prefix) == XmlSeal.Ds;
    }
}
