using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials.OpenBadge;

/// <summary>What holds for every token whose issuer is not registered, and whose header brings a certificate.</summary>
public abstract class CertifiedTokenContract(CredentialFormat format)
{
    internal const string Issuer = "https://voluntariado.example/issuer";

    [Fact]
    public void accepts_a_certificate_under_a_pinned_anchor_that_names_the_issuer()
    {
        var report = Seals.Verify(Token());
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal((format, Seals.Voluntariado, Seals.Voluntariado, "Data literacy"), (report.Format, report.IssuerId, report.AwardingBodyId, report.Achievement!.Title.ToString()));
        Assert.Equal(("Plataforma Voluntariado", RoleKind.Sealer), (report.Roles[0].Name, report.Roles[0].Kind));
    }

    [Fact]
    public void refuses_a_certificate_of_nobody_and_of_another_legal_person()
    {
        Assert.Equal([ReasonClass.KeyUnresolvable], new CredentialVerifier([]).Verify(Token(), Seals.At).Reasons.AsEnumerable());
        var stranger = SealAuthority.Create("Voluntariado seal authority", Seals.LegalIdentifier, Seals.From, Seals.Until).Issue("Plataforma Voluntariado", Seals.LegalIdentifier, Seals.From, Seals.Until);
        Assert.Equal([ReasonClass.KeyUnresolvable], Seals.Verify(Token(seal: stranger)).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.IssuerBinding], Seals.Verify(Token(payload: c => c["issuer"]!["otherIdentifier"]![0]!["identifier"] = "VATES-G99999999")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.IssuerBinding], Seals.Verify(Token(payload: c => c["issuer"]!.AsObject().Remove("otherIdentifier"))).Reasons.AsEnumerable());
        // "iss" counts before the issuer inside, and must be the same.
        Assert.Equal([ReasonClass.IssuerBinding], Seals.Verify(Token(payload: c => c["iss"] = "https://other.example/issuer")).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_a_signature_by_another_key_a_header_that_names_another_certificate_and_a_certificate_out_of_time()
    {
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Token(key: SigningKey.Generate())).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Token(header: h => h["x5t#S256"] = Base64Url.EncodeToString(new byte[32]))).Reasons.AsEnumerable());
        Assert.Equal(Verdict.Accept, Seals.Verify(Token(header: h => h["x5t#S256"] = Base64Url.EncodeToString(SHA256.HashData(Seals.Seal.Certificate.Span)))).Verdict);
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

    /// <summary>A token in order, after changes; sealed with the member's seal unless another is given.</summary>
    private protected abstract byte[] Token(Action<JsonObject>? header = null, Action<JsonObject>? payload = null, SealingCertificate? seal = null, SigningKey? key = null);

    private protected static JsonObject Header(string type, SealingCertificate seal, Action<JsonObject>? change)
    {
        var header = new JsonObject { ["alg"] = "ES256", ["typ"] = type, ["x5c"] = new JsonArray(Convert.ToBase64String(seal.Certificate.Span)) };
        change?.Invoke(header);
        return header;
    }

    private protected static JsonNode Identifiers() => new JsonArray(new JsonObject { ["type"] = "IdentifierEntry", ["identifier"] = Seals.LegalIdentifier, ["identifierType"] = "ext:vat" });
}
