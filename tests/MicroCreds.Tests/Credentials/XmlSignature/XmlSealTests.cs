using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using MicroCreds.Credentials.XmlSignature;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials.XmlSignature;

public sealed class XmlSealTests
{
    private const string Transcript = """<t:transcript xmlns:t="urn:t" ID="whole"><t:course id="c1"><t:credits>3</t:credits></t:course><t:course id="c2"><t:credits>5</t:credits></t:course></t:transcript>""";

    private static readonly string Empty = Convert.ToBase64String(new byte[32]);

    public static TheoryData<string> Ways() => ["enveloped", "inclusive", "by id", "xpath", "filter", "xades", "sha-384", "sha-512", "pss", "p-256", "p-384"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void accepts_every_way_of_the_profile_and_hands_on_the_content_alone(string way)
    {
        var signer = Way(way);
        var content = Open(signer.Sign(Transcript), out var reason, signer.Signer);
        Assert.Equal(ReasonClass.None, reason);
        Assert.Equal(["3", "5"], content!.Descendants(XName.Get("credits", "urn:t")).Select(c => c.Value));
        Assert.Empty(content.Descendants(XmlSeal.Ds + "Signature"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void refuses_every_way_after_any_change_of_a_value(string way)
    {
        var signer = Way(way);
        var file = signer.Sign(Transcript);
        foreach (var (at, _) in Values(file))
        {
            var changed = (byte[])file.Clone();
            changed[at] = changed[at] == (byte)'8' ? (byte)'9' : (byte)'8';
            Assert.True(Open(changed, out var reason, signer.Signer) is null, $"byte {at} was changed and not noticed");
            Assert.NotEqual(ReasonClass.None, reason);
        }
    }

    [Theory]
    [InlineData("enveloped")]
    [InlineData("inclusive")]
    [InlineData("by id")]
    [InlineData("xades")]
    [InlineData("sha-512")]
    public void agrees_with_the_platform(string way) => Assert.True(PlatformXml.Verifies(Way(way).Sign(Transcript), XmlSigner.Rsa));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void accepts_what_the_platform_signs(bool exclusive) =>
        Assert.NotNull(Open(PlatformXml.Sign(Transcript, XmlSigner.Rsa.GetRSAPrivateKey()!, exclusive), out _));

    [Fact]
    public void trusts_no_key_that_the_document_brings()
    {
        var brought = new XmlSigner { Signer = XmlSigner.Stranger, KeyInfo = KeyInfoOf(XmlSigner.Stranger) };
        Assert.Null(Open(brought.Sign(Transcript), out var reason));
        Assert.Equal(ReasonClass.KeyUnresolvable, reason);
        // Nor does a right certificate beside a wrong signature help.
        Assert.Null(Open((brought with { KeyInfo = KeyInfoOf(XmlSigner.Rsa) }).Sign(Transcript), out reason));
        Assert.Equal(ReasonClass.KeyUnresolvable, reason);
    }

    [Fact]
    public void refuses_a_certificate_other_than_the_one_signed_with()
    {
        var xades = new XmlSigner { Xades = XmlSigner.Rsa, KeyInfo = KeyInfoOf(XmlSigner.Stranger) };
        Assert.Null(Open(xades.Sign(Transcript), out var reason));
        Assert.Equal(ReasonClass.ProofInvalid, reason);
        Assert.NotNull(Open((xades with { KeyInfo = KeyInfoOf(XmlSigner.Stranger, XmlSigner.Rsa) }).Sign(Transcript), out _));
    }

    public static TheoryData<string, ReasonClass> Wrong() => new()
    {
        { "another document", ReasonClass.UnsupportedProof },
        { "a file of this machine", ReasonClass.UnsupportedProof },
        { "an expression", ReasonClass.UnsupportedProof },
        { "no uri", ReasonClass.UnsupportedProof },
        { "a part only", ReasonClass.UnsupportedProof },
        { "an id that stands twice", ReasonClass.UnsupportedProof },
        { "an id that stands nowhere", ReasonClass.UnsupportedProof },
        { "a stylesheet", ReasonClass.UnsupportedProof },
        { "another xpath", ReasonClass.UnsupportedProof },
        { "an xpath under another name", ReasonClass.UnsupportedProof },
        { "no transform", ReasonClass.UnsupportedProof },
        { "comments", ReasonClass.UnsupportedProof },
        { "two references", ReasonClass.UnsupportedProof },
        { "a mac", ReasonClass.WeakAlgorithm },
        { "a short mac", ReasonClass.UnsupportedProof },
        { "sha-1", ReasonClass.WeakAlgorithm },
        { "sha-1 digest", ReasonClass.WeakAlgorithm },
        { "md5", ReasonClass.WeakAlgorithm },
        { "none", ReasonClass.NoProof },
        { "two signatures", ReasonClass.UnsupportedProof },
        { "wrapped", ReasonClass.UnsupportedProof },
        { "wrapped in the signature", ReasonClass.UnsupportedProof },
        { "moved down", ReasonClass.UnsupportedProof },
        { "digest of another", ReasonClass.ProofInvalid },
        { "pretty", ReasonClass.ProofInvalid },
        { "second spelling", ReasonClass.Malformed },
        { "odd part", ReasonClass.Malformed },
        { "endless prefixes", ReasonClass.UnsupportedProof },
        { "uncovered properties", ReasonClass.UnsupportedProof },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void refuses_what_is_outside_of_the_profile(string what, ReasonClass expected)
    {
        Assert.Null(Open(Make(what), out var reason));
        Assert.Equal(expected, reason);
    }

    [Fact]
    public void reads_a_text_with_a_comment_inside_as_it_was_signed()
    {
        // Whoever reads up to the first node would see 1 where 15 was signed.
        var signed = Encoding.UTF8.GetString(new XmlSigner().Sign(Transcript.Replace(">5<", ">15<", StringComparison.Ordinal)));
        var content = Open(Encoding.UTF8.GetBytes(signed.Replace(">15<", ">1<!-- -->5<", StringComparison.Ordinal)), out _);
        Assert.Equal("15", content!.Descendants(XName.Get("credits", "urn:t")).Last().Value);
    }

    [Theory]
    [InlineData("""<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/hostname">]><t>&x;</t>""")]
    [InlineData("""<!DOCTYPE t [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><t>&c;</t>""")]
    [InlineData("""<!DOCTYPE t SYSTEM "http://127.0.0.1:1/t.dtd"><t/>""")]
    [InlineData("<t>&undeclared;</t>")]
    [InlineData("<t><u></t>")]
    [InlineData("<t a='1' a='2'/>")]
    [InlineData("<p:t/>")]
    [InlineData("<?xml version='1.0' encoding='no-such'?><t/>")]
    [InlineData("")]
    public void refuses_declarations_and_broken_documents(string xml)
    {
        Assert.Null(Open(Encoding.UTF8.GetBytes(xml), out var reason));
        Assert.Equal(ReasonClass.Malformed, reason);
    }

    [Fact]
    public void bounds_nesting_elements_attributes_size_and_bytes_that_are_no_text()
    {
        string[] wrong =
        [
            string.Concat(Enumerable.Repeat("<t>", 65)) + string.Concat(Enumerable.Repeat("</t>", 65)),
            $"<t>{string.Concat(Enumerable.Repeat("<u/>", 100_000))}</t>",
            $"<t {string.Join(' ', Enumerable.Range(0, 129).Select(n => $"a{n}=''"))}/>",
            $"<t>{new string('x', 500_000)}</t>",
        ];
        foreach (var xml in wrong) Assert.False(BoundedXml.TryParse(Encoding.UTF8.GetBytes(xml), 450_000, out _, out _));
        Assert.False(BoundedXml.TryParse((byte[])[.. "<t>"u8, 0xC3, 0x28, .. "</t>"u8], 450_000, out _, out _));
        Assert.True(BoundedXml.TryParse(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<t>", 64)) + string.Concat(Enumerable.Repeat("</t>", 64))), 450_000, out _, out _));
    }

    [SamplesTheory]
    [InlineData("trust/tsl/EU.xml")]
    [InlineData("trust/tsl/BE.xml")]
    [InlineData("trust/tsl/IE.xml")]
    public void opens_real_trusted_lists_with_the_key_of_their_operator(string path)
    {
        var file = Samples.Read(path);
        var certificate = XDocument.Parse(Encoding.UTF8.GetString(file).TrimStart('\uFEFF')).Descendants(XmlSeal.Ds + "X509Certificate").Last(e => e.Ancestors(XmlSeal.Ds + "Signature").Any());
        using var signer = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(certificate.Value));
        var content = Open(file, out var reason, signer);
        Assert.Equal(ReasonClass.None, reason);
        Assert.Equal("TrustServiceStatusList", content!.Name.LocalName);
        Assert.Null(Open(file, out reason));
        Assert.Equal(ReasonClass.KeyUnresolvable, reason);
    }

    private static XElement? Open(byte[] file, out ReasonClass reason, X509Certificate2? signer = null) => SealedXml.Open(file, 2_000_000, [signer ?? XmlSigner.Rsa], out reason, out _);

    private static XmlSigner Way(string way) => way switch
    {
        "enveloped" => new(),
        "inclusive" => new() { Form = null, InfoForm = XmlSigner.Inclusive },
        "by id" => new() { Uri = "#whole" },
        "xpath" => new() { LeaveOut = XmlSigner.XPath },
        "filter" => new() { LeaveOut = XmlSigner.Filter },
        "xades" => new() { Xades = XmlSigner.Rsa, KeyInfo = KeyInfoOf(XmlSigner.Rsa) },
        "sha-384" => new() { Algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", DigestAlgorithm = "http://www.w3.org/2001/04/xmldsig-more#sha384" },
        "sha-512" => new() { Algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", DigestAlgorithm = "http://www.w3.org/2001/04/xmlenc#sha512" },
        "pss" => new() { Algorithm = "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1" },
        "p-256" => new() { Signer = XmlSigner.P256, Algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" },
        _ => new() { Signer = XmlSigner.P384, Algorithm = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" },
    };

    private static byte[] Make(string what)
    {
        var good = Encoding.UTF8.GetString(new XmlSigner().Sign(Transcript));
        var signature = good[good.IndexOf("<ds:Signature ", StringComparison.Ordinal)..(good.IndexOf("</ds:Signature>", StringComparison.Ordinal) + 15)];
        return what switch
        {
            "another document" => Uri("http://127.0.0.1:1/t.xml"),
            "a file of this machine" => Uri("file:///etc/hostname"),
            "an expression" => Uri("#xpointer(/)"),
            "no uri" => Text(good.Replace(" URI=\"\"", "", StringComparison.Ordinal)),
            "a part only" => new XmlSigner { Uri = "#c1" }.Sign(Transcript),
            "an id that stands twice" => Text(Encoding.UTF8.GetString(new XmlSigner { Uri = "#whole" }.Sign(Transcript)).Replace("id=\"c2\"", "id=\"whole\"", StringComparison.Ordinal)),
            "an id that stands nowhere" => Uri("#nowhere"),
            "a stylesheet" => new XmlSigner { LeaveOut = XmlSigner.Enveloped + "<ds:Transform Algorithm=\"http://www.w3.org/TR/1999/REC-xslt-19991116\"/>" }.Sign(Transcript),
            "another xpath" => new XmlSigner { LeaveOut = XmlSigner.XPath.Replace("ds:Signature)", "ds:Signature) and not(self::course)", StringComparison.Ordinal) }.Sign(Transcript),
            "an xpath under another name" => new XmlSigner { LeaveOut = XmlSigner.XPath.Replace("ds:Signature)", "t:Signature)", StringComparison.Ordinal) }.Sign(Transcript),
            "no transform" => new XmlSigner { LeaveOut = "" }.Sign(Transcript),
            "comments" => new XmlSigner { Form = XmlSigner.Exclusive + "WithComments" }.Sign(Transcript),
            "two references" => new XmlSigner { MoreReferences = $"<ds:Reference URI=\"#c1\"><ds:Transforms>{XmlSigner.Enveloped}</ds:Transforms><ds:DigestMethod Algorithm=\"{XmlSigner.Sha256}\"/><ds:DigestValue>{Empty}</ds:DigestValue></ds:Reference>" }.Sign(Transcript),
            "a mac" => new XmlSigner { Algorithm = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256" }.Sign(Transcript),
            "a short mac" => new XmlSigner { Algorithm = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", InMethod = "<ds:HMACOutputLength>1</ds:HMACOutputLength>" }.Sign(Transcript),
            "sha-1" => new XmlSigner { Algorithm = "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }.Sign(Transcript),
            "sha-1 digest" => new XmlSigner { DigestAlgorithm = "http://www.w3.org/2000/09/xmldsig#sha1" }.Sign(Transcript),
            "md5" => Text(good.Replace("xmlenc#sha256", "xmldsig-more#md5", StringComparison.Ordinal)),
            "none" => Text(Transcript),
            "two signatures" => Text(good.Replace("</t:transcript>", signature + "</t:transcript>", StringComparison.Ordinal)),
            // The signed document inside another one, which says something else: by its identifier the digest would still fit.
            "wrapped" => Text($"""<t:transcript xmlns:t="urn:t"><t:course><t:credits>30</t:credits></t:course>{Encoding.UTF8.GetString(new XmlSigner { Uri = "#whole" }.Sign(Transcript))}</t:transcript>"""),
            "wrapped in the signature" => Text(Encoding.UTF8.GetString(new XmlSigner { Uri = "#whole" }.Sign(Transcript)) is var by && by[by.IndexOf("<ds:Signature ", StringComparison.Ordinal)..(by.IndexOf("</ds:Signature>", StringComparison.Ordinal))] is var half
                ? $"""<t:transcript xmlns:t="urn:t"><t:course><t:credits>30</t:credits></t:course>{half}<ds:Object>{Transcript}</ds:Object></ds:Signature></t:transcript>""" : ""),
            "moved down" => Text(good.Replace(signature, "", StringComparison.Ordinal).Replace("</t:course></t:transcript>", signature + "</t:course></t:transcript>", StringComparison.Ordinal)),
            "digest of another" => Text(good.Replace(">5<", ">50<", StringComparison.Ordinal)),
            "pretty" => Text(good.Replace("<t:course ", "\n  <t:course ", StringComparison.Ordinal)),
            "second spelling" => Text(good.Replace("=</ds:SignatureValue>", "</ds:SignatureValue>", StringComparison.Ordinal)),
            "odd part" => Text(good.Replace("</ds:SignatureValue>", "</ds:SignatureValue><ds:Manifest/>", StringComparison.Ordinal)),
            "endless prefixes" => Text(good.Replace("xml-exc-c14n#\"/><ds:SignatureMethod", $"xml-exc-c14n#\"><e:InclusiveNamespaces xmlns:e=\"{XmlSigner.Exclusive}\" PrefixList=\"{string.Join(' ', Enumerable.Range(0, 300).Select(n => $"p{n}"))}\"/></ds:CanonicalizationMethod><ds:SignatureMethod", StringComparison.Ordinal)),
            "uncovered properties" => new XmlSigner { KeyInfo = "<ds:Object><x:QualifyingProperties xmlns:x=\"http://uri.etsi.org/01903/v1.3.2#\"><x:SignedProperties/></x:QualifyingProperties></ds:Object>" }.Sign(Transcript),
            _ => throw new ArgumentOutOfRangeException(nameof(what), what, null),
        };

        byte[] Uri(string uri) => Text(good.Replace("URI=\"\"", string.Create(CultureInfo.InvariantCulture, $"URI=\"{uri}\""), StringComparison.Ordinal));
    }

    private static byte[] Text(string xml) => Encoding.UTF8.GetBytes(xml);

    // Every byte of a text or attribute value that says something; white space between elements, and KeyInfo, are nobody's statement.
    internal static IEnumerable<(int At, byte Byte)> Values(byte[] file)
    {
        var text = Encoding.UTF8.GetString(file);
        var (keyInfo, end) = (text.IndexOf("<ds:KeyInfo>", StringComparison.Ordinal), text.IndexOf("</ds:KeyInfo>", StringComparison.Ordinal));
        var (inTag, inQuotes) = (false, false);
        for (var at = 0; at < file.Length; at++)
        {
            if (file[at] == (byte)'"' && inTag) inQuotes = !inQuotes;
            else if (!inQuotes && file[at] == (byte)'<') inTag = true;
            else if (!inQuotes && file[at] == (byte)'>') inTag = false;
            else if ((inQuotes || !inTag) && file[at] > (byte)' ' && (at < keyInfo || at > end) && !(inQuotes && IsTarget(text, at))) yield return (at, file[at]);
        }
    }

    // The target of XAdES properties, and the identifier of the signature, are outside of what is signed, and never read.
    private static bool IsTarget(string text, int at) => text.AsSpan(0, at).LastIndexOf('=') is var equals && text.AsSpan(0, equals) is var before && (before.EndsWith("Target", StringComparison.Ordinal) || before.EndsWith("#\" Id", StringComparison.Ordinal));

    private static string KeyInfoOf(params X509Certificate2[] certificates) =>
        $"<ds:KeyInfo><ds:X509Data>{string.Concat(certificates.Select(c => $"<ds:X509Certificate>{Convert.ToBase64String(c.RawData)}</ds:X509Certificate>"))}</ds:X509Data></ds:KeyInfo>";
}
