using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Keys;
using MicroCreds.Credentials.LinkedData;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials.LinkedData;

public sealed class DataIntegrityTests
{
    public static TheoryData<string> Vectors()
    {
        var rows = new TheoryData<string>();
        if (Samples.SkipReason is not null) return rows;
        foreach (var (path, format, _, _) in Samples.Manifest())
            if (format == "w3c-di-vector") rows.Add(path);
        return rows;
    }

    [SamplesTheory]
    [MemberData(nameof(Vectors))]
    public void verifies_the_vectors_of_w3c_and_notices_a_change(string path)
    {
        var document = JsonNode.Parse(Samples.Read(path))!.AsObject();
        var proofs = document["proof"] is JsonArray several ? several.Count : 1;
        for (var at = 0; at < proofs; at++)
        {
            Assert.True(Verify(document, at), path);
            var changed = document.DeepClone().AsObject();
            changed[changed.ContainsKey("validFrom") ? "validFrom" : "issuanceDate"] = "1999-01-01T00:00:00Z";
            Assert.False(Verify(changed, at), path);
        }
    }

    [SamplesFact]
    public void refuses_every_proof_of_a_vector_whose_signer_is_not_the_issuer()
    {
        foreach (var row in Samples.Manifest().Where(r => r.Format == "w3c-di-vector"))
        {
            var report = new CredentialVerifier(Samples.Trusted()).Verify(Samples.Read(row.Path), Samples.At);
            Assert.Equal(Verdict.Reject, report.Verdict);
            Assert.Contains(report.Reasons, r => r is ReasonClass.UntrustedIssuer or ReasonClass.UnsupportedProof);
        }
    }

    [Theory]
    [InlineData("type", "DataIntegrityProof2", "a type that is not verified here")]
    [InlineData("cryptosuite", "bbs-2023", "showing a part of the credential (bbs-2023)")]
    public void says_which_proofs_it_does_not_verify(string member, string value, string words)
    {
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
        badge["proof"]![member] = value;
        var report = Badges.Verify(Bytes(badge));
        Assert.Equal((Verdict.Reject, ReasonClass.UnsupportedProof), (report.Verdict, report.Reasons.Single()));
        Assert.Contains(words, report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ecdsa-rdfc-2019")]
    [InlineData("ecdsa-jcs-2019")]
    public void accepts_a_badge_of_a_registered_issuer(string suite)
    {
        var report = Badges.Verify(Signed(suite));
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks));
        Assert.Equal(CredentialFormat.OpenBadgeDataIntegrity, report.Format);
        Assert.Equal((Badges.University, Badges.University), (report.IssuerId, report.AwardingBodyId));
        Assert.Equal("Data literacy", report.Achievement!.Title.ToString());
        Assert.Equal([ReasonClass.UntrustedIssuer], new CredentialVerifier([]).Verify(Signed(suite), Badges.At).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("ecdsa-rdfc-2019")]
    [InlineData("ecdsa-jcs-2019")]
    public void notices_a_change_of_every_value(string suite)
    {
        var verifier = new CredentialVerifier([Badges.Member]);
        var file = JsonNode.Parse(Signed(suite))!.AsObject();
        var places = new List<JsonValue>();
        Collect(file);
        Assert.True(places.Count > 30);
        foreach (var value in places.Select(p => p.GetPath()).ToList())
        {
            var changed = file.DeepClone();
            var place = Find(changed, value);
            place.ReplaceWith(JsonValue.Create(place.GetValue<string>() is var text && text.Length > 0 && text[^1] == 'x' ? text[..^1] + "y" : text + "x"));
            var report = verifier.Verify(Encoding.UTF8.GetBytes(changed.ToJsonString()), Badges.At);
            Assert.True(report.Verdict == Verdict.Reject, $"{value}: {report.Verdict}");
        }

        void Collect(JsonNode? node)
        {
            if (node is JsonObject o) foreach (var (_, child) in o) Collect(child);
            else if (node is JsonArray a) foreach (var child in a) Collect(child);
            else if (node is JsonValue v && v.GetValueKind() == JsonValueKind.String) places.Add(v);
        }
    }

    [Theory]
    [InlineData("""{"ectsCreditsInjected":30}""")]
    [InlineData("""{"https://purl.example/credits":30}""")]
    [InlineData("""{"@vocab":"https://evil.example/"}""")]
    [InlineData("""{"@included":[{"id":"urn:x","type":"Profile"}]}""")]
    [InlineData("""{"@reverse":{}}""")]
    public void refuses_members_that_no_pinned_context_defines(string injected)
    {
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
        var (name, value) = JsonNode.Parse(injected)!.AsObject().Single();
        badge["credentialSubject"]!["achievement"]![name] = value!.DeepClone();
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
    }

    [SamplesFact]
    public void refuses_every_accepted_sample_with_an_undefined_term_added()
    {
        var verifier = new CredentialVerifier(Samples.Trusted());
        var tried = 0;
        foreach (var row in Samples.Manifest().Where(r => r.Format == "ob3-vc-di"))
        {
            if (verifier.Verify(Samples.Read(row.Path), Samples.At).Checks.All(c => c.Kind != CheckKind.Seal || c.Result != CheckResult.Ok)) continue;
            tried++;
            var badge = JsonNode.Parse(Samples.Read(row.Path))!.AsObject();
            badge["credentialSubject"]!["ectsCreditsInjected"] = 30;
            Assert.Equal([ReasonClass.ProofInvalid], verifier.Verify(Bytes(badge), Samples.At).Reasons.AsEnumerable());
        }
        Assert.True(tried > 40, $"{tried}");
    }

    [Fact]
    public void refuses_contexts_that_are_not_pinned_or_stand_inside()
    {
        foreach (var context in new[] { "\"https://evil.example/context\"", "{\"ECTS\":\"https://evil.example/ects\"}", "null", "7", "{\"@import\":\"https://www.w3.org/ns/credentials/v2\"}" })
        {
            var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
            badge["@context"]!.AsArray().Add(JsonNode.Parse(context));
            Assert.Equal([ReasonClass.ContextUnknown], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
            var inside = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
            inside["credentialSubject"]!["@context"] = JsonNode.Parse(context);
            Assert.Equal([ReasonClass.ContextUnknown], Badges.Verify(Bytes(inside)).Reasons.AsEnumerable());
        }
        var bare = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
        bare["@context"]!.AsArray().RemoveAt(0);
        Assert.Equal([ReasonClass.ContextUnknown], Badges.Verify(Bytes(bare)).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_another_spelling_of_a_member_that_a_reader_goes_by()
    {
        // The statements are the same, and so is the signature; only the end of validity is no longer found under its name.
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019", c => c["validUntil"] = "2026-08-01T00:00:00Z"))!.AsObject();
        Assert.Equal([ReasonClass.Expired], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
        badge.Remove("validUntil");
        badge["https://www.w3.org/2018/credentials#validUntil"] = JsonNode.Parse("""{"@type":"http://www.w3.org/2001/XMLSchema#dateTime","@value":"2026-08-01T00:00:00Z"}""");
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_a_property_under_the_name_of_a_type_with_the_same_meaning()
    {
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019", c =>
        {
            // The first edition of the standard, where the property has the type's own IRI.
            c["@context"] = new JsonArray("https://www.w3.org/2018/credentials/v1", "https://purl.imsglobal.org/spec/ob/v3p0/context.json", "https://w3id.org/security/data-integrity/v2");
            (c["name"], c["issuanceDate"]) = ("Badge", "2026-07-01T00:00:00Z");
            foreach (var name in new[] { "validFrom", "awardedDate" }) c.Remove(name);
            c["issuer"]!.AsObject().Remove("otherIdentifier");
        }))!.AsObject();
        Assert.Equal(Verdict.Accept, Badges.Verify(Bytes(badge)).Verdict);
        var subject = badge["credentialSubject"]!.AsObject();
        subject["Achievement"] = subject["achievement"]!.DeepClone();
        subject.Remove("achievement");
        var report = Badges.Verify(Bytes(badge));
        Assert.Equal([ReasonClass.ProofInvalid], report.Reasons.AsEnumerable());
        Assert.Contains("named by a type", report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void refuses_the_credential_as_a_second_object_to_which_its_dates_could_be_moved()
    {
        const string id = "urn:uuid:5f0c6d0e-8f6e-4d0e-9d3e-0d6c7a3b1f42";
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019", c => (c["validUntil"], c["evidence"]) = ("2026-08-01T00:00:00Z", new JsonArray(new JsonObject { ["id"] = id }))))!.AsObject();
        Assert.Equal([ReasonClass.Expired], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
        badge.Remove("validUntil");
        badge["evidence"]![0]!["type"] = new JsonArray("VerifiableCredential");
        badge["evidence"]![0]!["validUntil"] = "2026-08-01T00:00:00Z";
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("type", "\"RsaSignature2018\"", ReasonClass.UnsupportedProof)]
    [InlineData("cryptosuite", "\"ecdsa-sd-2023\"", ReasonClass.ProofInvalid)]
    [InlineData("cryptosuite", "\"Ed25519Signature2020\"", ReasonClass.UnsupportedProof)]
    [InlineData("proofPurpose", "\"authentication\"", ReasonClass.UnsupportedProof)]
    [InlineData("expiration", "\"2026-08-01T00:00:00Z\"", ReasonClass.UnsupportedProof)]
    [InlineData("previousProof", "\"urn:1\"", ReasonClass.ProofInvalid)]
    [InlineData("verificationMethod", "{}", ReasonClass.KeyUnresolvable)]
    [InlineData("verificationMethod", "\"https://evil.example/#z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH\"", ReasonClass.KeyUnresolvable)]
    [InlineData("proofValue", "\"not multibase\"", ReasonClass.ProofInvalid)]
    [InlineData("proofValue", "\"z1\"", ReasonClass.ProofInvalid)]
    [InlineData("cryptosuite", "\"eddsa-rdfc-2022\"", ReasonClass.WeakAlgorithm)]
    [InlineData("cryptosuite", "\"ecdsa-jcs-2019\"", ReasonClass.ProofInvalid)]
    [InlineData("expires", "\"2026-08-01T00:00:00Z\"", ReasonClass.ProofInvalid)]
    public void refuses_other_proofs(string member, string value, ReasonClass reason)
    {
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
        badge["proof"]![member] = JsonNode.Parse(value);
        Assert.Equal([reason], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
    }

    [Fact]
    public void demands_that_every_proof_verifies_and_is_the_issuers()
    {
        var good = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
        var other = SigningKey.Generate();
        var both = good.DeepClone().AsObject();
        both["proof"] = new JsonArray(good["proof"]!.DeepClone(), JsonNode.Parse(Signed("ecdsa-jcs-2019"))!["proof"]!.DeepClone());
        Assert.Equal(Verdict.Accept, Badges.Verify(Bytes(both)).Verdict);

        both["proof"]![1]!["proofValue"] = good["proof"]!["proofValue"]!.DeepClone();
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(both)).Reasons.AsEnumerable());

        foreach (var order in new[] { 0, 1 })
        {
            var stranger = good.DeepClone().AsObject();
            var foreign = JsonNode.Parse(Signed("ecdsa-rdfc-2019", key: other))!["proof"]!;
            stranger["proof"] = order == 0 ? new JsonArray(good["proof"]!.DeepClone(), foreign.DeepClone()) : new JsonArray(foreign.DeepClone(), good["proof"]!.DeepClone());
            var report = Badges.Verify(Bytes(stranger), Badges.Registered(new CredentialIssuer(Badges.Did, []), new CredentialIssuer(Badges.DidOf(other), [])));
            Assert.Equal([ReasonClass.IssuerBinding], report.Reasons.AsEnumerable());
            Assert.Null(report.IssuerId);
        }
        good["proof"] = new JsonArray();
        Assert.Equal([ReasonClass.UnsupportedProof], Badges.Verify(Bytes(good)).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("ecdsa-rdfc-2019")]
    [InlineData("ecdsa-jcs-2019")]
    public void verifies_a_proof_over_another_proof(string suite)
    {
        var first = JsonNode.Parse(Signed(suite, id: "urn:uuid:first"))!.AsObject();
        var chained = Chained(first, suite, "urn:uuid:first");
        Assert.Equal(Verdict.Accept, Badges.Verify(Bytes(chained)).Verdict);
        foreach (var wrong in new Action<JsonObject>[]
        {
            // The first proof is taken out, made anew, named twice, or not the one named.
            b => b["proof"] = new JsonArray(b["proof"]![1]!.DeepClone()),
            b => b["proof"]![0] = JsonNode.Parse(Signed(suite, id: "urn:uuid:first", created: "2026-07-02T00:00:00Z"))!["proof"]!.DeepClone(),
            b => b["proof"]!.AsArray().Add(b["proof"]![0]!.DeepClone()),
            b => b["proof"]![1]!["previousProof"] = "urn:uuid:other",
            b => b["proof"]![1]!.AsObject().Remove("previousProof"),
            b => b["proof"]![0]!["proofValue"] = b["proof"]![1]!["proofValue"]!.DeepClone(),
        })
        {
            var changed = chained.DeepClone().AsObject();
            wrong(changed);
            Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(changed)).Reasons.AsEnumerable());
        }
        foreach (var malformed in new JsonNode[] { 7, new JsonArray(), new JsonArray("urn:uuid:first", "urn:uuid:first") })
        {
            var changed = chained.DeepClone().AsObject();
            changed["proof"]![1]!["previousProof"] = malformed;
            Assert.Equal([ReasonClass.Malformed], Badges.Verify(Bytes(changed)).Reasons.AsEnumerable());
        }
    }

    // A second proof, over the document with the first.
    private static JsonObject Chained(JsonObject badge, string suite, string previous)
    {
        var chained = badge.DeepClone().AsObject();
        var proof = new JsonObject { ["type"] = "DataIntegrityProof", ["cryptosuite"] = suite, ["created"] = "2026-07-03T00:00:00Z", ["verificationMethod"] = badge["proof"]!["verificationMethod"]!.DeepClone(), ["proofPurpose"] = "assertionMethod", ["previousProof"] = previous };
        if (suite == "ecdsa-jcs-2019") proof["@context"] = badge["@context"]!.DeepClone();
        using var document = JsonDocument.Parse(badge.ToJsonString());
        using var options = JsonDocument.Parse(proof.ToJsonString());
        proof["proofValue"] = Badges.Multibase(Badges.Key.Sign(DataIntegrityProof.MessageOf(document.RootElement, options.RootElement, suite == "ecdsa-jcs-2019", HashAlgorithmName.SHA256, [document.RootElement.GetProperty("proof")])));
        chained["proof"] = new JsonArray(badge["proof"]!.DeepClone(), proof);
        return chained;
    }

    [Fact]
    public void refuses_identifiers_that_would_break_out_of_a_statement()
    {
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
        badge["credentialSubject"]!["id"] = "urn:x> <urn:p> <urn:o> .\n<urn:y";
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
        badge["credentialSubject"]!["id"] = "relative";
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
    }

    [Fact]
    public void refuses_a_poison_graph_before_it_costs_time()
    {
        // Twelve unnamed nodes that all look alike.
        var badge = JsonNode.Parse(Signed("ecdsa-rdfc-2019"))!.AsObject();
        badge["evidence"] = new JsonArray([.. Enumerable.Range(0, 12).Select(i => new JsonObject { ["id"] = $"_:e{i}", ["type"] = "Evidence" })]);
        badge["credentialSubject"]!["achievement"]!["related"] = new JsonArray([.. Enumerable.Range(0, 12).Select(i => new JsonObject { ["id"] = $"_:e{i}", ["type"] = "Related" })]);
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(Bytes(badge)).Reasons.AsEnumerable());
    }

    [Fact]
    public void loads_every_pinned_context() => Assert.All(PinnedContexts.Addresses, address => Assert.NotNull(PinnedContexts.Find(address)));

    private static bool Verify(JsonObject document, int at)
    {
        using var json = JsonDocument.Parse(document.ToJsonString());
        var root = json.RootElement;
        var proof = root.GetProperty("proof");
        if (proof.ValueKind == JsonValueKind.Array) proof = proof[at];
        Assert.True(DataIntegrityProof.TryRead(proof, out var read, out _, out var fault), fault);
        Assert.True(Multikey.TryReadDid(IssuerRegister.SignerOf(read.Method), out var key));
        return read.Verify(root, key);
    }

    internal static byte[] Signed(string suite, Action<JsonObject>? change = null, SigningKey? key = null, string? method = null, string? id = null, string created = "2026-07-01T00:00:00Z")
    {
        key ??= Badges.Key;
        var did = Badges.DidOf(key);
        var badge = Badges.Credential(Badges.Did);
        change?.Invoke(badge);
        var proof = new JsonObject { ["type"] = "DataIntegrityProof", ["cryptosuite"] = suite, ["created"] = created, ["verificationMethod"] = method ?? $"{did}#{did["did:key:".Length..]}", ["proofPurpose"] = "assertionMethod" };
        if (id is not null) proof["id"] = id;
        var json = suite == "ecdsa-jcs-2019";
        if (json) proof["@context"] = badge["@context"]!.DeepClone();
        var options = proof.DeepClone().AsObject();
        options["@context"] = badge["@context"]!.DeepClone();
        proof["proofValue"] = Badges.Multibase(key.Sign([.. Digest(options), .. Digest(badge)]));
        badge["proof"] = proof;
        return Bytes(badge);

        byte[] Digest(JsonObject part)
        {
            using var document = JsonDocument.Parse(part.ToJsonString());
            return SHA256.HashData(json ? CanonicalJson.Write(document.RootElement) : Encoding.UTF8.GetBytes(DatasetCanonicalizer.Canonicalize(StatementReader.Read(document.RootElement), HashAlgorithmName.SHA256)));
        }
    }

    private static byte[] Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString());

    private static JsonValue Find(JsonNode root, string path)
    {
        JsonNode? node = root;
        foreach (System.Text.RegularExpressions.Match step in System.Text.RegularExpressions.Regex.Matches(path[1..], @"\['(?<quoted>[^']+)'\]|\.(?<name>[^.\[]+)|\[(?<index>\d+)\]"))
            node = step.Groups["index"].Success ? node![int.Parse(step.Groups["index"].Value, System.Globalization.CultureInfo.InvariantCulture)] : node![step.Groups["quoted"].Success ? step.Groups["quoted"].Value : step.Groups["name"].Value];
        return node!.AsValue();
    }
}
