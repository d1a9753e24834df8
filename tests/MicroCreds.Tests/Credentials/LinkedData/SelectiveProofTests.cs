using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials.LinkedData;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Rules;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials.LinkedData;

/// <summary>Badges of which the learner shows a part (ecdsa-sd-2023), beside the vectors of W3C in <see cref="DataIntegrityTests"/>.</summary>
public sealed class SelectiveProofTests
{
    private static readonly SigningKey Shown = SigningKey.Generate();

    [Fact]
    public void holds_what_a_learner_chose_to_show_for_a_person()
    {
        var report = Badges.Verify(Bytes(Derived()));
        Assert.True(report.Verdict == Verdict.Hold, string.Join("\n", report.Checks));
        Assert.Equal((Badges.University, "Data literacy"), (report.IssuerId, report.Achievement!.Title.ToString()));
        Assert.Equal([ReasonClass.Incomplete], report.Reasons.AsEnumerable());
        Assert.Contains("left out", report.Check(CheckKind.Owner).Evidence, StringComparison.Ordinal);
        Assert.False(CredentialSummary.Of(report).AllowsAutomaticGrant);
    }

    [Fact]
    public void notices_statements_that_were_changed_added_or_left_out()
    {
        foreach (var wrong in new Action<JsonObject>[]
        {
            b => b["credentialSubject"]!["achievement"]!["name"] = "Doctor of everything",
            b => b["credentialSubject"]!["achievement"]!.AsObject().Remove("humanCode"),
            b => b["credentialSubject"]!["achievement"]!["achievementType"] = "Degree",
            b => b.Remove("validFrom"),
            b => b["proof"]!["created"] = "2026-07-02T00:00:00Z",
        })
        {
            var badge = Derived();
            wrong(badge);
            Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
        }
    }

    [Fact]
    public void demands_the_issuers_key_and_that_of_the_proof()
    {
        foreach (var badge in new[] { Derived(issuer: SigningKey.Generate()), Derived(shownBy: SigningKey.Generate()), Derived(labels: (index, label) => index == 0 ? label : new byte[32]), Derived(mandatory: [0, 900]) })
            Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_the_proof_that_a_wallet_keeps_and_says_so()
    {
        var badge = Derived();
        var value = Base64Url.DecodeFromChars(((string)badge["proof"]!["proofValue"]!).AsSpan(1));
        value[2] = 0;
        badge["proof"]!["proofValue"] = $"u{Base64Url.EncodeToString(value)}";
        var report = Badges.Verify(Bytes(badge));
        Assert.Equal((Verdict.Reject, ReasonClass.UnsupportedProof), (report.Verdict, report.Reasons.Single()));
        Assert.Contains("that a wallet keeps", report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void survives_every_beginning_and_every_turned_byte_of_a_value()
    {
        var badge = Derived();
        var value = Base64Url.DecodeFromChars(((string)badge["proof"]!["proofValue"]!).AsSpan(1));
        for (var length = 0; length < value.Length; length++) Assert.False(SelectiveProof.TryRead($"u{Base64Url.EncodeToString(value.AsSpan(0, length))}", out _, out _));
        // Of the content of signatures and names every seventh byte, of the frame around them all.
        for (var at = 3; at < value.Length; at += at < 120 ? 1 : 7)
        {
            var turned = (byte[])value.Clone();
            turned[at] ^= 0x41;
            badge["proof"]!["proofValue"] = $"u{Base64Url.EncodeToString(turned)}";
            Assert.Equal(Verdict.Reject, Badges.Verify(Bytes(badge)).Verdict);
        }
    }

    [Fact]
    public void takes_no_status_list_of_which_a_part_may_have_been_left_out()
    {
        var place = new StatusPointer("BitstringStatusListEntry", "revocation", "https://uni-roma.example/status/1", 0);
        var list = Derived(of: JsonNode.Parse($$"""
            {"@context":["https://www.w3.org/ns/credentials/v2"],"id":"{{place.List}}","type":["VerifiableCredential","BitstringStatusListCredential"],"issuer":"{{Badges.Did}}","validFrom":"2026-01-01T00:00:00Z",
             "credentialSubject":{"id":"{{place.List}}#list","type":"BitstringStatusList","statusPurpose":"revocation","encodedList":"{{StatusListTests.Encoded()}}"} }
            """)!.AsObject());
        var book = StatusListBook.Read([(place.List, Bytes(list))], [Badges.Member]);
        Assert.Equal(StatusAnswer.Invalid, book.Ask(place, Badges.At));
        Assert.Contains("lets parts of it be left out", book.Describe(place, Badges.At), StringComparison.Ordinal);
    }

    // What a wallet would show: everything, of which the issuer demanded the first lines in any case.
    private static JsonObject Derived(SigningKey? issuer = null, SigningKey? shownBy = null, Func<int, byte[], byte[]>? labels = null, int[]? mandatory = null, JsonObject? of = null)
    {
        var badge = of ?? Badges.Credential(Badges.Did);
        var proof = new JsonObject { ["type"] = "DataIntegrityProof", ["cryptosuite"] = "ecdsa-sd-2023", ["created"] = "2026-07-01T00:00:00Z", ["verificationMethod"] = $"{Badges.Did}#{Badges.Did["did:key:".Length..]}", ["proofPurpose"] = "assertionMethod" };
        var options = proof.DeepClone().AsObject();
        options["@context"] = badge["@context"]!.DeepClone();
        var statements = Statements(badge);
        var names = DatasetCanonicalizer.Names(statements, HashAlgorithmName.SHA256);
        var given = names.Values.Order(StringComparer.Ordinal).Select((name, at) => (name, Label: labels is null ? SHA256.HashData([(byte)at]) : labels(at, SHA256.HashData([(byte)at])))).ToDictionary(n => n.name, n => n.Label);
        var lines = statements.Select(q => Encoding.UTF8.GetBytes(q.Line(term => $"_:u{Base64Url.EncodeToString(given[names[term]])}"))).ToList();
        lines.Sort((x, y) => x.AsSpan().SequenceCompareTo(y));
        int[] always = mandatory ?? [0, 1, 3];
        byte[] publicKey = [0x80, 0x24, .. Badges.Compressed(Shown)];
        var optionsDigest = SHA256.HashData(Encoding.UTF8.GetBytes(DatasetCanonicalizer.Canonicalize(Statements(options), HashAlgorithmName.SHA256)));
        var signed = (issuer ?? Badges.Key).Sign([.. optionsDigest, .. publicKey, .. SHA256.HashData([.. lines.Where((_, i) => always.Contains(i)).SelectMany(l => l)])]);
        var rest = lines.Where((_, i) => !always.Contains(i)).Select(l => (shownBy ?? Shown).Sign(l)).ToList();
        byte[] value =
        [
            0xD9, 0x5D, 0x01, 0x85, 0x58, 64, .. signed, 0x58, 35, .. publicKey, .. Head(0x80, rest.Count), .. rest.SelectMany(s => (byte[])[0x58, 64, .. s]),
            .. Head(0xA0, given.Count), .. given.SelectMany(g => (byte[])[.. Head(0, int.Parse(g.Key["_:c14n".Length..], System.Globalization.CultureInfo.InvariantCulture)), 0x58, 32, .. g.Value]),
            .. Head(0x80, always.Length), .. always.SelectMany(i => Head(0, i)),
        ];
        proof["proofValue"] = $"u{Base64Url.EncodeToString(value)}";
        badge["proof"] = proof;
        return badge;
    }

    private static byte[] Head(int major, int value) => value < 24 ? [(byte)(major | value)] : value < 256 ? [(byte)(major | 24), (byte)value] : [(byte)(major | 25), (byte)(value >> 8), (byte)value];

    private static IReadOnlyCollection<Quad> Statements(JsonObject document)
    {
        using var json = JsonDocument.Parse(document.ToJsonString());
        return [.. StatementReader.Read(json.RootElement)];
    }

    private static byte[] Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString());
}
