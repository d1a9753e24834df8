using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.XmlSignature;

/// <summary>Signs XML in all the ways that tests need, right and wrong ones. What it makes is compared with the platform's own implementation in <see cref="PlatformXml"/>.</summary>
internal sealed record XmlSigner
{
    public const string Exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    public const string Inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    public const string Enveloped = """<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>""";
    public const string XPath = """<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(ancestor-or-self::ds:Signature)</ds:XPath></ds:Transform>""";
    public const string Filter = """<ds:Transform Algorithm="http://www.w3.org/2002/06/xmldsig-filter2"><f:XPath xmlns:f="http://www.w3.org/2002/06/xmldsig-filter2" Filter="subtract">/descendant::ds:Signature</f:XPath></ds:Transform>""";
    public const string Sha256 = "http://www.w3.org/2001/04/xmlenc#sha256";
    public const string RsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

    /// <summary>A signer's key, made for these tests.</summary>
    public static readonly X509Certificate2 Rsa = Certificate("CN=Registrar", RSA.Create(2048));
    public static readonly X509Certificate2 P256 = Certificate("CN=Registrar P-256", ECDsa.Create(ECCurve.NamedCurves.nistP256));
    public static readonly X509Certificate2 P384 = Certificate("CN=Registrar P-384", ECDsa.Create(ECCurve.NamedCurves.nistP384));
    public static readonly X509Certificate2 Stranger = Certificate("CN=Registrar", RSA.Create(2048));

    public X509Certificate2 Signer { get; init; } = Rsa;
    public string Algorithm { get; init; } = RsaSha256;
    public string DigestAlgorithm { get; init; } = Sha256;
    public string Uri { get; init; } = "";
    public string LeaveOut { get; init; } = Enveloped;
    public string? Form { get; init; } = Exclusive;
    public string InfoForm { get; init; } = Exclusive;
    /// <summary>Names of the leaves of KeyInfo and of the objects, as text behind the value.</summary>
    public string KeyInfo { get; init; } = "";
    /// <summary>XAdES properties: the certificate that they name, or none.</summary>
    public X509Certificate2? Xades { get; init; }
    public string MoreReferences { get; init; } = "";
    public string InMethod { get; init; } = "";
    /// <summary>What stands around the signature, and stays where it is left out.</summary>
    public string Before { get; init; } = "";
    public string After { get; init; } = "";

    /// <summary>Seals as XAdES with a sealing certificate, which its authority stands before.</summary>
    public static XmlSigner Sealing(SealingCertificate seal, params ReadOnlyMemory<byte>[] authorities)
    {
        var certificate = X509Certificate2.CreateFromPem(seal.ExportCertificatePem(), seal.ExportKeyPem());
        return new()
        {
            Signer = certificate, Algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", Xades = certificate,
            KeyInfo = $"<ds:KeyInfo><ds:X509Data>{string.Concat(authorities.Append(certificate.RawData).Select(c => $"<ds:X509Certificate>{Convert.ToBase64String(c.Span)}</ds:X509Certificate>"))}</ds:X509Data></ds:KeyInfo>",
        };
    }

    /// <summary>The document with its signature as the last child of the root.</summary>
    public byte[] Sign(string xml)
    {
        var close = xml.LastIndexOf("</", StringComparison.Ordinal);
        var unsigned = Parse(xml[..close] + Before + After + xml[close..]);
        var form = FormOf(Form ?? Inclusive);
        XNode signed = Uri.Length == 0 ? unsigned : unsigned.Descendants().Single(e => e.Attributes().Any(a => a.Name.LocalName.Equals("id", StringComparison.OrdinalIgnoreCase) && "#" + a.Value == Uri));
        var template = Template(Convert.ToBase64String(Hash(DigestAlgorithm, XmlCanonicalizer.Write(signed, form, null).Span)));
        if (Xades is not null)
        {
            var properties = Parse(xml[..close] + template + xml[close..]).Descendants(XmlSealProperties.Xades + "SignedProperties").Single();
            template = template.Replace("(properties)", Convert.ToBase64String(Hash(DigestAlgorithm, XmlCanonicalizer.Write(properties, FormOf(Exclusive), null).Span)), StringComparison.Ordinal);
        }
        var info = Parse(xml[..close] + template + xml[close..]).Descendants(XmlSeal.Ds + "SignedInfo").Last();
        var message = XmlCanonicalizer.Write(info, FormOf(InfoForm), null).ToArray();
        return Encoding.UTF8.GetBytes(xml[..close] + template.Replace("(value)", Convert.ToBase64String(Value(message)), StringComparison.Ordinal) + xml[close..]);
    }

    private string Template(string digest) => $"""
        {Before}<ds:Signature xmlns:ds="{XmlSeal.Namespace}" Id="signature"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{InfoForm}"/><ds:SignatureMethod Algorithm="{Algorithm}">{InMethod}</ds:SignatureMethod>
        <ds:Reference URI="{Uri}"><ds:Transforms>{LeaveOut}{(Form is null ? "" : $"<ds:Transform Algorithm=\"{Form}\"/>")}</ds:Transforms><ds:DigestMethod Algorithm="{DigestAlgorithm}"/><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>{(Xades is null ? "" : $"""
        <ds:Reference Type="http://uri.etsi.org/01903#SignedProperties" URI="#properties"><ds:Transforms><ds:Transform Algorithm="{Exclusive}"/></ds:Transforms><ds:DigestMethod Algorithm="{DigestAlgorithm}"/><ds:DigestValue>(properties)</ds:DigestValue></ds:Reference>
        """)}{MoreReferences}</ds:SignedInfo><ds:SignatureValue>(value)</ds:SignatureValue>{KeyInfo}{(Xades is null ? "" : $"""
        <ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#signature"><xades:SignedProperties Id="properties"><xades:SignedSignatureProperties><xades:SigningTime>2026-06-30T10:00:00Z</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest><ds:DigestMethod Algorithm="{Sha256}"/><ds:DigestValue>{Convert.ToBase64String(SHA256.HashData(Xades.RawData))}</ds:DigestValue></xades:CertDigest></xades:Cert></xades:SigningCertificateV2></xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object>
        """)}</ds:Signature>{After}
        """;

    private byte[] Value(byte[] message) => Algorithm switch
    {
        _ when Algorithm.EndsWith("hmac-sha256", StringComparison.Ordinal) => HMACSHA256.HashData(Signer.PublicKey.ExportSubjectPublicKeyInfo(), message),
        _ when Algorithm.EndsWith("MGF1", StringComparison.Ordinal) => Signer.GetRSAPrivateKey()!.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        _ when Signer.GetECDsaPrivateKey() is { } key => key.SignData(message, NameOf(Algorithm)),
        _ => Signer.GetRSAPrivateKey()!.SignData(message, NameOf(Algorithm), RSASignaturePadding.Pkcs1),
    };

    private static byte[] Hash(string algorithm, ReadOnlySpan<byte> bytes) => CryptographicOperations.HashData(NameOf(algorithm), bytes);

    private static HashAlgorithmName NameOf(string algorithm) => new(algorithm[^3..] switch { "512" => "SHA512", "384" => "SHA384", "ha1" => "SHA1", _ => "SHA256" });

    private static XmlCanonicalForm FormOf(string algorithm) => XmlCanonicalForm.Of(new XElement("m", new XAttribute("Algorithm", algorithm))) ?? XmlCanonicalForm.Inclusive;

    private static XDocument Parse(string xml) => BoundedXml.TryParse(Encoding.UTF8.GetBytes(xml), int.MaxValue, out var document, out var fault) ? document : throw new InvalidOperationException(fault);

    private static X509Certificate2 Certificate(string name, AsymmetricAlgorithm key)
    {
        var request = key is RSA rsa ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(Seals.From, Seals.Until);
    }
}
