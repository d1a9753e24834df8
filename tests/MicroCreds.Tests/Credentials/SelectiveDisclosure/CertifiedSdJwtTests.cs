using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials.SelectiveDisclosure;

/// <summary>SD-JWT credentials whose issuer is not registered, and whose header brings a certificate.</summary>
public sealed class CertifiedSdJwtTests
{
    private const string Issuer = "https://voluntariado.example/issuer";

    [Fact]
    public void accepts_a_certificate_under_a_pinned_anchor_that_names_the_issuer()
    {
        var report = Seals.Verify(Token());
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal((CredentialFormat.SdJwt, Seals.Voluntariado, Seals.Voluntariado, "Data literacy"), (report.Format, report.IssuerId, report.AwardingBodyId, report.Achievement!.Title.ToString()));
        Assert.Equal(("Plataforma Voluntariado", RoleKind.Sealer), (report.Roles[0].Name, report.Roles[0].Kind));
    }

    [Fact]
    public void accepts_the_same_with_elm_inside()
    {
        var elm = Seals.Payload();
        elm["vct"] = "urn:eudi:elm:1";
        var report = Seals.Verify(Sign(Header(Seals.Seal), elm, [], Seals.Seal.Key));
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal((Seals.Voluntariado, Seals.Voluntariado), (report.IssuerId, report.AwardingBodyId));
    }

    [Fact]
    public void refuses_a_certificate_of_nobody_and_of_another_legal_person()
    {
        Assert.Equal([ReasonClass.KeyUnresolvable], new CredentialVerifier([]).Verify(Token(), Seals.At).Reasons.AsEnumerable());
        var stranger = SealAuthority.Create("Voluntariado seal authority", Seals.LegalIdentifier, Seals.From, Seals.Until).Issue("Plataforma Voluntariado", Seals.LegalIdentifier, Seals.From, Seals.Until);
        Assert.Equal([ReasonClass.KeyUnresolvable], Seals.Verify(Token(seal: stranger)).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.IssuerBinding], Seals.Verify(Token(payload: c => c["issuer"]!["otherIdentifier"]![0]!["identifier"] = "VATES-G99999999")).Reasons.AsEnumerable());
        // Without a description nobody can say that "iss" is the legal person of the certificate.
        Assert.Equal([ReasonClass.IssuerBinding, ReasonClass.Incomplete], Seals.Verify(Token(payload: c => c.Remove("issuer"))).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.IssuerBinding], Seals.Verify(Token(payload: c => c["iss"] = "https://other.example/issuer")).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_a_signature_by_another_key_a_header_that_names_another_certificate_and_a_certificate_out_of_time()
    {
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Token(key: SigningKey.Generate())).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Token(header: h => h["x5t#S256"] = Base64Url.EncodeToString(new byte[32]))).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Malformed], Seals.Verify(Token(header: h => h["x5c"] = new JsonArray("!"))).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.KeyUnresolvable], Seals.Verify(Token(header: h => h["x5c"] = new JsonArray())).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.WeakAlgorithm], Seals.Verify(Token(header: h => h["alg"] = "ES384")).Reasons.AsEnumerable());
        var ended = Seals.Authority.Issue("Plataforma Voluntariado", Seals.LegalIdentifier, Seals.From, Seals.At.AddDays(-1));
        Assert.Equal([ReasonClass.CertificateExpired], Seals.Verify(Token(seal: ended)).Reasons.AsEnumerable());
    }

    [Fact]
    public void takes_no_certificate_for_an_issuer_whose_keys_are_registered()
    {
        var registered = new TrustedIssuer(null, [], [], "test register") { CredentialIssuers = [new(Issuer, [new("", SigningKey.Generate().PublicKey.Jwk)])] };
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Token(), Seals.Member, registered).Reasons.AsEnumerable());
    }

    [Fact]
    public void demands_of_disclosures_what_it_demands_under_registered_keys()
    {
        var token = Encoding.ASCII.GetString(Token());
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Encoding.ASCII.GetBytes($"{token}{Disclosure("extra", "1")}~")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Incomplete], Seals.Verify(Encoding.ASCII.GetBytes(token[..(token.IndexOf('~', StringComparison.Ordinal) + 1)])).Reasons.AsEnumerable());
    }

    [Fact]
    public void notices_every_changed_character()
    {
        var verifier = new CredentialVerifier([Seals.Member]);
        var token = Token();
        for (var at = 0; at < token.Length; at += 5)
        {
            var changed = (byte[])token.Clone();
            changed[at] = changed[at] == (byte)'A' ? (byte)'B' : (byte)'A';
            Assert.True(verifier.Verify(changed, Seals.At).Verdict == Verdict.Reject, $"character {at}");
        }
    }

    private static byte[] Token(Action<JsonObject>? header = null, Action<JsonObject>? payload = null, SealingCertificate? seal = null, SigningKey? key = null)
    {
        var used = seal ?? Seals.Seal;
        var head = Header(used);
        header?.Invoke(head);
        var badge = Badges.Credential(Issuer);
        var achievement = badge["credentialSubject"]!["achievement"]!.AsObject();
        (achievement["assessmentType"], achievement["participationType"], achievement["ECTS"]) = ("portfolio", "online", 3.0);
        achievement["alignment"]!.AsArray().Add(JsonNode.Parse("""{"type":["Alignment"],"targetType":"ext:QualityAssurance","targetName":"Institutional review","targetUrl":"https://qa.example/1"}"""));
        var disclosed = Disclosure("achievement", achievement.ToJsonString());
        var body = new JsonObject
        {
            ["iss"] = Issuer, ["vct"] = "urn:eudi:micro_credential:1", ["validFrom"] = "2026-07-01T00:00:00Z",
            ["issuer"] = JsonNode.Parse($$"""{"id":"{{Issuer}}","name":"Plataforma Voluntariado","address":{"addressCountryCode":"ES"},"otherIdentifier":[{"type":"IdentifierEntry","identifier":"{{Seals.LegalIdentifier}}","identifierType":"ext:vat"}]}"""),
            ["credentialSubject"] = new JsonObject { ["id"] = "did:example:learner", ["_sd"] = new JsonArray(Digest(disclosed)) },
        };
        payload?.Invoke(body);
        return Sign(head, body, [disclosed], key ?? used.Key);
    }

    private static JsonObject Header(SealingCertificate seal) => new() { ["alg"] = "ES256", ["typ"] = "dc+sd-jwt", ["x5c"] = new JsonArray(Convert.ToBase64String(seal.Certificate.Span)) };

    private static byte[] Sign(JsonObject header, JsonObject body, string[] disclosures, SigningKey key) =>
        Encoding.ASCII.GetBytes($"{Encoding.ASCII.GetString(Badges.Sign(header.ToJsonString(), body.ToJsonString(), key))}~{string.Concat(disclosures.Select(d => d + "~"))}");

    private static string Disclosure(string name, string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"[\"salt-{name}\",\"{name}\",{json}]"));

    private static string Digest(string disclosure) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(disclosure)));
}
