using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials.SelectiveDisclosure;

/// <summary>SD-JWT credentials whose issuer is not registered, and whose header brings a certificate.</summary>
public sealed class CertifiedSdJwtTests() : CertifiedTokenContract(CredentialFormat.SdJwt)
{
    [Fact]
    public void accepts_the_same_with_elm_inside()
    {
        var elm = Seals.Payload();
        elm["vct"] = "urn:eudi:elm:1";
        var report = Seals.Verify(Sign(Header("dc+sd-jwt", Seals.Seal, null), elm, [], Seals.Seal.Key));
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal((Seals.Voluntariado, Seals.Voluntariado), (report.IssuerId, report.AwardingBodyId));
    }

    [Fact]
    public void refuses_a_token_that_names_its_issuer_and_does_not_describe_it() =>
        // Nobody can say that "iss" is the legal person of the certificate.
        Assert.Equal([ReasonClass.IssuerBinding, ReasonClass.Incomplete], Seals.Verify(Token(payload: c => c.Remove("issuer"))).Reasons.AsEnumerable());

    [Fact]
    public void demands_of_disclosures_what_it_demands_under_registered_keys()
    {
        var token = Encoding.ASCII.GetString(Token());
        Assert.Equal([ReasonClass.ProofInvalid], Seals.Verify(Encoding.ASCII.GetBytes($"{token}{Disclosure("extra", "1")}~")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Incomplete], Seals.Verify(Encoding.ASCII.GetBytes(token[..(token.IndexOf('~', StringComparison.Ordinal) + 1)])).Reasons.AsEnumerable());
    }

    private protected override byte[] Token(Action<JsonObject>? header = null, Action<JsonObject>? payload = null, SealingCertificate? seal = null, SigningKey? key = null)
    {
        var used = seal ?? Seals.Seal;
        var achievement = Badges.Credential(Issuer)["credentialSubject"]!["achievement"]!.AsObject();
        (achievement["assessmentType"], achievement["participationType"], achievement["ECTS"]) = ("portfolio", "online", 3.0);
        achievement["alignment"]!.AsArray().Add(JsonNode.Parse("""{"type":["Alignment"],"targetType":"ext:QualityAssurance","targetName":"Institutional review","targetUrl":"https://qa.example/1"}"""));
        var disclosed = Disclosure("achievement", achievement.ToJsonString());
        var body = new JsonObject
        {
            ["iss"] = Issuer, ["vct"] = "urn:eudi:micro_credential:1", ["validFrom"] = "2026-07-01T00:00:00Z",
            ["issuer"] = new JsonObject { ["id"] = Issuer, ["name"] = "Plataforma Voluntariado", ["address"] = new JsonObject { ["addressCountryCode"] = "ES" }, ["otherIdentifier"] = Identifiers() },
            ["credentialSubject"] = new JsonObject { ["id"] = "did:example:learner", ["_sd"] = new JsonArray(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(disclosed)))) },
        };
        payload?.Invoke(body);
        return Sign(Header("dc+sd-jwt", used, header), body, [disclosed], key ?? used.Key);
    }

    private static byte[] Sign(JsonObject header, JsonObject body, string[] disclosures, SigningKey key) =>
        Encoding.ASCII.GetBytes($"{Encoding.ASCII.GetString(Badges.Sign(header.ToJsonString(), body.ToJsonString(), key))}~{string.Concat(disclosures.Select(d => d + "~"))}");

    private static string Disclosure(string name, string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"[\"salt-{name}\",\"{name}\",{json}]"));
}
