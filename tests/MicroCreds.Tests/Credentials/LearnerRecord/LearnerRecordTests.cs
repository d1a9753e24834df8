using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.LinkedData;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials.LearnerRecord;

public sealed class LearnerRecordTests
{
    private static readonly SigningKey Other = SigningKey.Generate();

    [SamplesFact]
    public void shows_what_the_record_of_the_samples_vouches_for()
    {
        var report = new CredentialVerifier(Samples.Trusted(), Samples.StatusLists()).Verify(Samples.Read("clr2/simple_v1.json"), Samples.At);
        Assert.Equal(Verdict.Accept, report.Verdict);
        // One of them names another learner than the record; none is signed with a key that is pinned, but the record is, over all of them.
        Assert.Contains("0 are proven by themselves, 5 by the record's proof alone, 1 not shown (another learner)", report.Checks.Last(c => c.Kind == CheckKind.Format).Evidence, StringComparison.Ordinal);
        Assert.NotNull(report.Achievement);
        Assert.Equal(4, report.FurtherAchievements.Length);
        Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
    }

    [Fact]
    public void verifies_each_credential_inside_and_leaves_out_the_rest()
    {
        string Token(string title, string learner = "did:example:learner", SigningKey? key = null) => Encoding.ASCII.GetString(Badges.Token(payload: c =>
        {
            c["credentialSubject"]!["achievement"]!["name"] = title;
            c["credentialSubject"]!["id"] = learner;
        }, key: key));
        var record = Record([Token("First"), Token("Second"), Token("Of another learner", "did:example:other"), Token("Forged", key: Other), "no token"]);
        var report = Badges.Verify(record);
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal(["First", "Second"], new[] { report.Achievement! }.Concat(report.FurtherAchievements).Select(a => a.Title.ToString()));
        Assert.Contains("2 are proven by themselves, 0 by the record's proof alone, 3 not shown (another learner, ProofInvalid, Malformed)", report.Checks.Last(c => c.Kind == CheckKind.Format).Evidence, StringComparison.Ordinal);
        Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
    }

    [Fact]
    public void counts_words_that_only_the_record_proves_when_they_are_its_issuers_own()
    {
        JsonObject Plain(string title, string issuer, string? until = null)
        {
            var credential = Badges.Credential(issuer);
            credential["credentialSubject"]!["achievement"]!["name"] = title;
            if (until is not null) credential["validUntil"] = until;
            return credential;
        }
        var report = Badges.Verify(Record([Plain("Own", Badges.Did), Plain("Another's", "https://uni-b.example"), Plain("Expired", Badges.Did, "2026-08-01T00:00:00Z")]));
        Assert.Equal((Verdict.Accept, "Own", 0), (report.Verdict, report.Achievement?.Title.ToString(), report.FurtherAchievements.Length));
        Assert.Contains("1 by the record's proof alone, 2 not shown", report.Checks.Last(c => c.Kind == CheckKind.Format).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void shows_nothing_of_a_record_whose_own_proof_is_broken_or_that_is_too_long()
    {
        var record = Encoding.UTF8.GetString(Record([Encoding.ASCII.GetString(Badges.Token())]));
        var broken = Badges.Verify(Encoding.UTF8.GetBytes(record.Replace("\"name\":\"Transcript\"", "\"name\":\"Diploma\"", StringComparison.Ordinal)));
        Assert.Equal((Verdict.Reject, null), (broken.Verdict, broken.Achievement));
        Assert.Equal([ReasonClass.ProofInvalid], broken.Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Malformed], Badges.Verify(Record([.. Enumerable.Repeat("x", 41)])).Reasons.AsEnumerable());
    }

    [Fact]
    public void holds_a_record_with_a_credential_whose_status_is_not_at_hand()
    {
        var pointed = Badges.Token(payload: c => c["credentialStatus"] = new JsonObject { ["type"] = "BitstringStatusListEntry", ["statusPurpose"] = "revocation", ["statusListIndex"] = "7", ["statusListCredential"] = "https://uni-a.example/status" });
        var report = Badges.Verify(Record([Encoding.ASCII.GetString(pointed)]));
        Assert.Equal(Verdict.Hold, report.Verdict);
        Assert.Equal([ReasonClass.StatusUnavailable], report.Reasons.AsEnumerable());
    }

    internal static byte[] Signed() => Record([Encoding.ASCII.GetString(Badges.Token())]);

    private static byte[] Record(JsonNode[] inside)
    {
        var record = new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"),
            ["id"] = "urn:uuid:1f0c6d0e-8f6e-4d0e-9d3e-0d6c7a3b1f42",
            ["type"] = new JsonArray("VerifiableCredential", "ClrCredential"),
            ["name"] = "Transcript",
            ["issuer"] = new JsonObject { ["id"] = Badges.Did, ["type"] = new JsonArray("Profile"), ["name"] = "Roma Uni" },
            ["validFrom"] = "2026-07-01T00:00:00Z",
            ["credentialSubject"] = new JsonObject { ["id"] = "did:example:learner", ["type"] = new JsonArray("ClrSubject"), ["verifiableCredential"] = new JsonArray(inside) },
        };
        var proof = new JsonObject
        {
            ["type"] = "DataIntegrityProof", ["cryptosuite"] = "ecdsa-jcs-2019", ["created"] = "2026-07-01T00:00:00Z", ["proofPurpose"] = "assertionMethod",
            ["verificationMethod"] = $"{Badges.Did}#{Badges.Did["did:key:".Length..]}",
        };
        using var document = JsonDocument.Parse(record.ToJsonString());
        using var options = JsonDocument.Parse(proof.ToJsonString());
        proof["proofValue"] = Badges.Multibase(Badges.Key.Sign(DataIntegrityProof.MessageOf(document.RootElement, options.RootElement, isJson: true, HashAlgorithmName.SHA256, [])));
        record["proof"] = proof;
        return Encoding.UTF8.GetBytes(record.ToJsonString());
    }
}
