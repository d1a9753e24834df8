using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.XmlSignature;

namespace MicroCreds.Tests.Credentials.OpenBadge2;

public sealed class AssertionTests
{
    private const string Issuer = """{"@context":"https://w3id.org/openbadges/v2","type":"Issuer","id":"https://uni-a.example/issuer","name":"University A","url":"https://uni-a.example","revocationList":"https://uni-a.example/revoked"}""";
    private const string Class = """
        {"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"https://uni-a.example/badge","name":"Data literacy","@language":"en","issuer":"https://uni-a.example/issuer","ECTS":"30",
         "criteria":{"narrative":"Reads data."},"alignment":[{"targetName":"Interprets data","targetUrl":"http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9","targetType":"ext:EQF","targetCode":"8"}]}
        """;
    private const string Revoked = """{"@context":"https://w3id.org/openbadges/v2","type":"RevocationList","id":"https://uni-a.example/revoked","revokedAssertions":["urn:uuid:1",{"uid":"2"},{"id":"urn:uuid:3"}]}""";

    private static readonly string Key = new JsonObject
    {
        ["@context"] = "https://w3id.org/openbadges/v2", ["type"] = "CryptographicKey", ["id"] = "https://uni-a.example/key", ["owner"] = "https://uni-a.example/issuer",
        ["publicKeyPem"] = XmlSigner.Rsa.GetRSAPublicKey()!.ExportSubjectPublicKeyInfoPem(),
    }.ToJsonString();

    [Fact]
    public void accepts_and_maps_a_signed_badge_and_leaves_it_to_a_person()
    {
        var report = Verify(Sign(Assertion()));
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal(CredentialFormat.OpenBadge2, report.Format);
        Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
        Assert.Equal(("Data literacy", "urn:uuid:9"), (report.Achievement!.Title.ToString(), report.CredentialId));
        Assert.Equal("University A", report.Issuer!.LegalName.ToString());
        Assert.Equal(["en"], report.Achievement.Languages.AsEnumerable());
        Assert.Equal(["http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9"], report.Achievement.Outcomes.Single().Skills.AsEnumerable());
        // Words of version 3 in a class of version 2 say nothing; a salted digest names no learner.
        Assert.Equal((null, null, ""), (report.Achievement.Credits, report.Achievement.EqfLevel, report.Holder!.Identifier));
    }

    [Fact]
    public void names_the_learner_who_is_not_hashed() =>
        Assert.Equal("ana@uni-b.example", Verify(Sign(Assertion(a => a["recipient"] = new JsonObject { ["type"] = "email", ["hashed"] = false, ["identity"] = "ana@uni-b.example" }))).Holder!.Identifier);

    [Fact]
    public void notices_every_changed_character()
    {
        var verifier = new CredentialVerifier(Trusted());
        var token = Sign(Assertion());
        for (var at = 0; at < token.Length; at++)
        {
            var changed = (byte[])token.Clone();
            changed[at] = changed[at] == (byte)'A' ? (byte)'B' : (byte)'A';
            Assert.True(verifier.Verify(changed, Seals.At).Verdict == Verdict.Reject, $"character {at}");
        }
    }

    [Theory]
    [InlineData("urn:uuid:1", null, ReasonClass.Revoked)]
    [InlineData("urn:uuid:3", null, ReasonClass.Revoked)]
    [InlineData("urn:uuid:4", "2", ReasonClass.Revoked)]
    public void finds_a_badge_in_the_issuers_list(string id, string? uid, ReasonClass reason) => Assert.Equal([reason], Verify(Sign(Assertion(a => (a["id"], a["uid"]) = (id, uid)))).Reasons.AsEnumerable());

    [Fact]
    public void holds_a_badge_whose_list_or_issuer_is_not_at_hand()
    {
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), Found(Verify(Sign(Assertion()), Issuer, Class, Key)));
        Assert.Equal((Verdict.Hold, ReasonClass.StatusUnavailable), Found(Verify(Sign(Assertion()), Class, Key, Revoked)));
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), Found(Verify(Sign(Assertion()), Issuer, Key, Revoked)));
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), Found(Verify(Sign(Assertion()), Issuer, Class, Revoked)));
    }

    [Fact]
    public void takes_no_key_of_another_owner_and_no_document_that_stands_twice()
    {
        var others = Key.Replace("uni-a.example/issuer", "uni-b.example/issuer", StringComparison.Ordinal);
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), Found(Verify(Sign(Assertion()), Issuer, Class, others, Revoked)));
        var second = Class.Replace("Data literacy", "Doctor of everything", StringComparison.Ordinal);
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), Found(Verify(Sign(Assertion()), Issuer, Class, second, Key, Revoked)));
        // A badge that brings its class along still needs the key of the issuer that this class names.
        Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), Found(Verify(Sign(Assertion(a => a["badge"] = JsonNode.Parse(Class.Replace("uni-a.example/issuer", "uni-b.example/issuer", StringComparison.Ordinal)))))));
        Assert.Equal(Verdict.Accept, Verify(Sign(Assertion(a => a["badge"] = JsonNode.Parse(Class)))).Verdict);
    }

    [Fact]
    public void knows_every_key_of_an_owner()
    {
        using var rsa = RSA.Create(2048);
        var older = Published("https://uni-a.example/key-2024", rsa);
        foreach (var documents in new string[][] { [older, Key], [Key, older] }) Assert.Equal(Verdict.Accept, Verify(Sign(Assertion()), [Issuer, Class, Revoked, .. documents]).Verdict);
        // A badge that names the older key was not signed with it; one that names none may be by either.
        Assert.Equal((Verdict.Reject, ReasonClass.ProofInvalid), Found(Verify(Sign(Assertion(a => a["verification"]!["creator"] = "https://uni-a.example/key-2024")), Issuer, Class, Revoked, older, Key)));
        Assert.Equal(Verdict.Accept, Verify(Sign(Assertion(a => a["verification"]!.AsObject().Remove("creator"))), Issuer, Class, Revoked, older, Key).Verdict);
        // Two that differ under one address cancel each other; the same twice is one.
        var other = Published("https://uni-a.example/key", rsa);
        foreach (var documents in new string[][] { [other, Key], [Key, other] }) Assert.Equal((Verdict.Reject, ReasonClass.KeyUnresolvable), Found(Verify(Sign(Assertion()), [Issuer, Class, Revoked, .. documents])));
        Assert.Equal(Verdict.Accept, Verify(Sign(Assertion()), Issuer, Class, Revoked, Key, Key).Verdict);
    }

    private static string Published(string id, RSA key)
    {
        var document = JsonNode.Parse(Key)!.AsObject();
        (document["id"], document["publicKeyPem"]) = (id, key.ExportSubjectPublicKeyInfoPem());
        return document.ToJsonString();
    }

    public static TheoryData<string, ReasonClass> Wrong() => new()
    {
        { "expired", ReasonClass.Expired }, { "not yet", ReasonClass.NotYetValid }, { "context", ReasonClass.ContextUnknown }, { "inline context", ReasonClass.ContextUnknown }, { "class", ReasonClass.SchemaInvalid },
        { "no recipient", ReasonClass.SchemaInvalid }, { "picture inside", ReasonClass.SchemaInvalid }, { "extension", ReasonClass.SchemaInvalid }, { "hosted", ReasonClass.UnsupportedProof }, { "calls itself revoked", ReasonClass.Revoked },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void refuses_what_the_standard_does_not_allow(string what, ReasonClass reason)
    {
        var report = Verify(Sign(Assertion(a => _ = what switch
        {
            "expired" => a["expires"] = "2026-08-01T00:00:00Z",
            "not yet" => a["issuedOn"] = "2027-08-01T00:00:00Z",
            "context" => a["@context"] = new JsonArray("https://w3id.org/openbadges/v2", "https://evil.example/context"),
            "inline context" => a["@context"] = new JsonArray("https://w3id.org/openbadges/v2", new JsonObject { ["badge"] = "urn:evil" }),
            "class" => a["type"] = new JsonArray("Assertion", "Nonsense"),
            "no recipient" => a["recipient"] = new JsonObject(),
            "picture inside" => a["image"] = "data:image/png;base64,AAAA",
            "extension" => a["extensions:own"] = new JsonObject { ["type"] = "Extension" },
            "hosted" => a["verification"] = new JsonObject { ["type"] = "hosted" },
            _ => a["revoked"] = true,
        })));
        Assert.Equal(reason, report.Reasons[0]);
        Assert.Equal(Verdict.Reject, report.Verdict);
    }

    [Theory]
    [InlineData("""{"alg":"HS256"}""", ReasonClass.WeakAlgorithm)]
    [InlineData("""{"alg":"none"}""", ReasonClass.WeakAlgorithm)]
    [InlineData("""{"alg":"ES256"}""", ReasonClass.WeakAlgorithm)]
    [InlineData("""{"alg":"RS256","typ":"statuslist+json"}""", ReasonClass.UnsupportedProof)]
    public void refuses_other_algorithms_and_purposes(string header, ReasonClass reason) => Assert.Equal([reason], Verify(Sign(Assertion(), header)).Reasons.AsEnumerable());

    [Fact]
    public void refuses_a_hosted_badge_and_shows_it()
    {
        var report = Verify(Encoding.UTF8.GetBytes(Assertion(a => a["verification"] = new JsonObject { ["type"] = "hosted" }).ToJsonString()));
        Assert.Equal((Verdict.Reject, ReasonClass.NoProof), Found(report));
        Assert.Equal("Data literacy", report.Achievement!.Title.ToString());
        Assert.Equal([ReasonClass.UnsupportedFormat], Verify(Encoding.UTF8.GetBytes(Class)).Reasons.AsEnumerable());
    }

    [Fact]
    public void takes_badges_of_version_2_out_of_pictures()
    {
        var token = Encoding.ASCII.GetString(Sign(Assertion()));
        foreach (var picture in (byte[][])[Png("iTXt", $"openbadges\0\0\0\0\0{token}"), Png("tEXt", $"openbadges\0{token}"), Svg(token)])
        {
            var report = Verify(picture);
            Assert.Equal((Verdict.Accept, CredentialFormat.BakedOpenBadge, "Data literacy"), (report.Verdict, report.Format, report.Achievement?.Title.ToString()));
            Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
        }
        Assert.Equal((Verdict.Reject, ReasonClass.NoProof), Found(Verify(Png("tEXt", "openbadges\0https://uni-a.example/assertion/9"))));
        Assert.Equal([ReasonClass.Malformed], Verify([.. Png("tEXt", $"openbadges\0{token}")[..^12], .. Png("iTXt", $"openbadges\0\0\0\0\0{token}")[8..]]).Reasons.AsEnumerable());
    }

    private static JsonObject Assertion(Action<JsonObject>? change = null)
    {
        var assertion = JsonNode.Parse("""
            {"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"urn:uuid:9","recipient":{"type":"email","hashed":true,"salt":"s","identity":"sha256$00"},
             "issuedOn":"2026-06-30T00:00:00Z","badge":"https://uni-a.example/badge","verification":{"type":"signed","creator":"https://uni-a.example/key"}}
            """)!.AsObject();
        change?.Invoke(assertion);
        return assertion;
    }

    private static byte[] Sign(JsonObject assertion, string header = """{"alg":"RS256"}""")
    {
        var input = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(assertion.ToJsonString()))}";
        return Encoding.ASCII.GetBytes($"{input}.{Base64Url.EncodeToString(XmlSigner.Rsa.GetRSAPrivateKey()!.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}");
    }

    internal static byte[] Signed() => Sign(Assertion());

    internal static TrustedIssuer[] Trusted(params string[] documents) => [.. (documents.Length == 0 ? [Issuer, Class, Key, Revoked] : documents).SelectMany(d => IssuerDocuments.Read(Encoding.UTF8.GetBytes(d), "fetched"))];

    private static CredentialReport Verify(byte[] file, params string[] documents) => new CredentialVerifier(Trusted(documents)).Verify(file, Seals.At);

    private static (Verdict, ReasonClass) Found(CredentialReport report) => (report.Verdict, report.Reasons.Single());

    private static byte[] Png(string type, string text)
    {
        var content = Encoding.ASCII.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. length, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0, 0, 0, 0, 0, .. "IEND"u8, 0, 0, 0, 0];
    }

    private static byte[] Svg(string token) => Encoding.ASCII.GetBytes($"<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:openbadges=\"http://openbadges.org\"><openbadges:assertion verify=\"{token}\"/></svg>");
}
