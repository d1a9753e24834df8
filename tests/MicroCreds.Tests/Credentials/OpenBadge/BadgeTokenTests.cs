using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials.OpenBadge;

public sealed class BadgeTokenTests
{
    [Fact]
    public void accepts_a_badge_of_a_registered_did_key_and_maps_it()
    {
        var report = Badges.Verify(Badges.Token());
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal(CredentialFormat.OpenBadgeJwt, report.Format);
        Assert.Equal((Badges.University, Badges.University), (report.IssuerId, report.AwardingBodyId));
        var achievement = report.Achievement!;
        Assert.Equal("Data literacy", achievement.Title.ToString());
        Assert.Equal(["DL-1"], achievement.Codes.AsEnumerable());
        Assert.Equal(new DateOnly(2026, 6, 30), achievement.AwardedOn);
        Assert.Equal(6, achievement.EqfLevel);
        Assert.Equal("http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9", achievement.Outcomes.Single().Skills.Single());
        Assert.Equal("28/30", achievement.Grade!.Label);
        Assert.Null(achievement.Credits);
        Assert.Equal("did:example:learner", report.Holder!.Identifier);
        Assert.Contains("M7", report.MissingElements);
        Assert.Equal(CheckResult.Skipped, report.Check(CheckKind.Completeness).Result);
    }

    [Fact]
    public void accepts_a_credential_of_the_older_data_model() => Assert.Equal(Verdict.Accept, Badges.Verify(Badges.OldToken()).Verdict);

    [Fact]
    public void lets_nothing_be_granted_automatically_while_elements_are_missing() =>
        Assert.False(CredentialSummary.Of(Badges.Verify(Badges.Token())).AllowsAutomaticGrant);

    [Fact]
    public void finds_the_key_of_a_web_identity_in_the_register_by_its_name()
    {
        const string did = "did:web:uni-roma.example";
        var other = SigningKey.Generate();
        var member = Badges.Registered(new CredentialIssuer(did, [new("did:web:uni-roma.example#old", other.PublicKey.Jwk), new("key-1", Badges.Key.PublicKey.Jwk)]));
        byte[] Signed(string? kid) => Badges.Token(h => { if (kid is null) h.Remove("kid"); else h["kid"] = kid; }, c => c["issuer"]!["id"] = did);
        Assert.Equal(Verdict.Accept, Badges.Verify(Signed("did:web:uni-roma.example#key-1"), member).Verdict);
        Assert.Equal(Verdict.Accept, Badges.Verify(Signed("key-1"), member).Verdict);
        Assert.Equal(Verdict.Accept, Badges.Verify(Signed(null), member).Verdict);
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Signed("did:web:uni-roma.example#old"), member).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.KeyUnresolvable], Badges.Verify(Signed("did:web:uni-roma.example#none"), member).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.KeyUnresolvable], Badges.Verify(Signed("did:web:uni-roma.example#key-1")).Reasons.AsEnumerable());
    }

    [Fact]
    public void verifies_p384_and_rsa_keys_of_the_register()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        const string id = "https://uni-roma.example/issuer";
        foreach (var (algorithm, jwk, sign) in new (string, string, Func<byte[], byte[]>)[]
        {
            ("ES384", JwkOf(p384), message => p384.SignData(message, HashAlgorithmName.SHA384)),
            ("RS256", JwkOf(rsa), message => rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            ("PS256", JwkOf(rsa), message => rsa.SignData(message, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)),
        })
        {
            var input = $"{Encode($$"""{"alg":"{{algorithm}}","kid":"k"}""")}.{Encode(Badges.Credential(id).ToJsonString())}";
            var token = Encoding.ASCII.GetBytes($"{input}.{System.Buffers.Text.Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}");
            Assert.Equal(Verdict.Accept, Badges.Verify(token, Badges.Registered(new CredentialIssuer(id, [new("k", jwk)]))).Verdict);
        }
    }

    [Fact]
    public void says_that_nobody_vouches_for_an_unregistered_did_key()
    {
        var report = new CredentialVerifier([]).Verify(Badges.Token(), Badges.At);
        Assert.Equal([ReasonClass.UntrustedIssuer], report.Reasons.AsEnumerable());
        Assert.Equal(CheckResult.Ok, report.Check(CheckKind.Seal).Result);
        Assert.Null(report.IssuerId);
    }

    [Theory]
    [InlineData("alg", "\"none\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"HS256\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"ES512\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"EdDSA\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "\"RS256\"", ReasonClass.WeakAlgorithm)]
    [InlineData("alg", "1", ReasonClass.WeakAlgorithm)]
    [InlineData("typ", "\"kb+jwt\"", ReasonClass.UnsupportedProof)]
    [InlineData("typ", "\"entity\"", ReasonClass.UnsupportedProof)]
    [InlineData("typ", "[]", ReasonClass.UnsupportedProof)]
    [InlineData("crit", "[\"exp\"]", ReasonClass.UnsupportedProof)]
    [InlineData("b64", "false", ReasonClass.UnsupportedProof)]
    [InlineData("kid", "7", ReasonClass.UnsupportedProof)]
    [InlineData("kid", "\"did:web:other.example#key\"", ReasonClass.KeyUnresolvable)]
    public void refuses_other_headers_even_when_rightly_signed(string member, string value, ReasonClass reason)
    {
        var report = Badges.Verify(Badges.Token(h => h[member] = JsonNode.Parse(value)));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([reason], report.Reasons.AsEnumerable());
        Assert.Null(report.Achievement);
    }

    [Fact]
    public void never_looks_at_a_key_that_the_token_brings_along()
    {
        var thief = SigningKey.Generate();
        foreach (var (name, value) in new (string, JsonNode)[] { ("jwk", JsonNode.Parse(thief.PublicKey.Jwk)!), ("jku", "https://thief.example/keys"), ("x5u", "https://thief.example/certificate"), ("x5c", new JsonArray("AAAA")) })
        {
            Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Badges.Token(h => h[name] = value.DeepClone(), key: thief)).Reasons.AsEnumerable());
            Assert.Equal(Verdict.Accept, Badges.Verify(Badges.Token(h => h[name] = value.DeepClone())).Verdict);
        }
    }

    [Fact]
    public void refuses_the_key_of_another_registered_issuer()
    {
        var other = SigningKey.Generate();
        var both = Badges.Registered(new CredentialIssuer(Badges.Did, []), new CredentialIssuer(Badges.DidOf(other), []));
        var stolen = Badges.Token(h => h["kid"] = Badges.DidOf(other), key: other);
        Assert.Equal([ReasonClass.KeyUnresolvable], Badges.Verify(stolen, both).Reasons.AsEnumerable());
        // Signed by the other under its own name, with the victim as issuer inside.
        var foreign = Badges.Token(h => h["kid"] = Badges.DidOf(other), c => c["iss"] = Badges.DidOf(other), other);
        Assert.Equal([ReasonClass.IssuerBinding], Badges.Verify(foreign, both).Reasons.AsEnumerable());
        Assert.Null(Badges.Verify(foreign, both).IssuerId);
    }

    [Fact]
    public void refuses_names_that_occur_twice_and_tokens_of_other_shape()
    {
        Assert.Equal([ReasonClass.Malformed], Badges.Verify(Badges.Sign("""{"alg":"ES256","alg":"ES256"}""", Badges.Credential(Badges.Did).ToJsonString(), Badges.Key)).Reasons.AsEnumerable());
        var twice = Badges.Credential(Badges.Did).ToJsonString();
        var report = Badges.Verify(Badges.Sign("""{"alg":"ES256"}""", "{\"id\":\"urn:other\"," + twice[1..], Badges.Key));
        Assert.Equal([ReasonClass.Malformed], report.Reasons.AsEnumerable());
        foreach (var text in new[] { "a.b.c", "..", "eyJhbGciOiJFUzI1NiJ9..", "eyJhbGciOiJFUzI1NiJ9.e30", "eyJhbGciOiJFUzI1NiJ9.e30.AA.AA", "eyJhbGciOiJFUzI1NiJ9.W10.AA" })
            Assert.Equal(Verdict.Reject, Badges.Verify(Encoding.ASCII.GetBytes(text)).Verdict);
    }

    [Fact]
    public void refuses_a_token_that_contradicts_the_credential_inside()
    {
        Assert.Equal([ReasonClass.IssuerBinding], Badges.Verify(Badges.OldToken(c => c["sub"] = "did:example:thief")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.IssuerBinding], Badges.Verify(Badges.OldToken(c => c["jti"] = "urn:other")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.IssuerBinding], Badges.Verify(Badges.OldToken(c => c["vc"]!["issuer"]!["id"] = "did:web:victim.example")).Reasons.AsEnumerable());
    }

    [Fact]
    public void takes_the_narrowest_of_the_dates_of_token_and_credential()
    {
        var day = Badges.At.ToUnixTimeSeconds();
        Assert.Equal([ReasonClass.Expired], Badges.Verify(Badges.OldToken(c => c["exp"] = day - 1)).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.NotYetValid], Badges.Verify(Badges.OldToken(c => c["nbf"] = day + 1)).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Expired], Badges.Verify(Badges.OldToken(c => (c["exp"], c["vc"]!["validUntil"]) = (day + 1000, "2026-08-01T00:00:00Z"))).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Malformed], Badges.Verify(Badges.OldToken(c => c["exp"] = "tomorrow")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Malformed], Badges.Verify(Badges.OldToken(c => c["exp"] = JsonNode.Parse("1e300"))).Reasons.AsEnumerable());
    }

    [Fact]
    public void holds_what_a_status_pointer_leaves_open_inside_the_token() =>
        Assert.Equal([ReasonClass.StatusUnavailable], Badges.Verify(Badges.OldToken(c => c["vc"]!["credentialStatus"] = JsonNode.Parse("""{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"7","statusListCredential":"https://uni-roma.example/status/1"}"""))).Reasons.AsEnumerable());

    [Fact]
    public void notices_every_changed_character()
    {
        var token = Badges.Token();
        var verifier = new CredentialVerifier([Badges.Member]);
        for (var at = 0; at < token.Length; at++)
        {
            var changed = token.ToArray();
            changed[at] = changed[at] == (byte)'A' ? (byte)'B' : (byte)'A';
            Assert.True(verifier.Verify(changed, Badges.At).Verdict == Verdict.Reject, $"character {at}");
        }
    }

    [Theory]
    [InlineData("credentialSubject", "$.credentialSubject is missing")]
    [InlineData("@context", "$.@context is missing")]
    [InlineData("validFrom", "$.validFrom is missing")]
    public void names_missing_parts(string part, string words)
    {
        var report = Badges.Verify(Badges.Token(payload: c => c.Remove(part)));
        Assert.Contains(ReasonClass.SchemaInvalid, report.Reasons);
        Assert.Contains(words, report.Check(CheckKind.Schema).Evidence, StringComparison.Ordinal);
    }

    [SamplesFact]
    public void maps_the_profile_of_the_dutch_edubadges()
    {
        var report = new CredentialVerifier([]).Verify(Samples.Read("ob3-eu-unsigned/uvh_at_microcredential_full_1.json"), Samples.At);
        var achievement = report.Achievement!;
        Assert.Equal(300, achievement.Credits!.Value.Hundredths);
        Assert.Equal(4, achievement.EqfLevel);
        Assert.Equal([LearningMode.Blended], achievement.Modes.AsEnumerable());
        Assert.Equal(AssessmentSupervision.SupervisedWithIdentityVerification, achievement.Supervision);
        Assert.Equal("8.5", achievement.Grade!.Label);
        Assert.Equal(["nl"], achievement.Languages.AsEnumerable());
        Assert.Equal("NLD", report.Issuer!.CountryCode);
        Assert.Empty(report.MissingElements);
        Assert.Equal([ReasonClass.NoProof], report.Reasons.AsEnumerable());
    }

    private static string Encode(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private static string JwkOf(ECDsa key)
    {
        var q = key.ExportParameters(false).Q;
        return $$"""{"kty":"EC","crv":"P-384","x":"{{System.Buffers.Text.Base64Url.EncodeToString(q.X)}}","y":"{{System.Buffers.Text.Base64Url.EncodeToString(q.Y)}}"}""";
    }

    private static string JwkOf(RSA key)
    {
        var parameters = key.ExportParameters(false);
        return $$"""{"kty":"RSA","n":"{{System.Buffers.Text.Base64Url.EncodeToString(parameters.Modulus)}}","e":"{{System.Buffers.Text.Base64Url.EncodeToString(parameters.Exponent)}}"}""";
    }
}
