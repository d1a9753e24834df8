using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;
using MicroCreds.Tests.Credentials.OpenBadge;

namespace MicroCreds.Tests.Credentials.SelectiveDisclosure;

public sealed class SdJwtTests
{
    private static readonly SigningKey Learner = SigningKey.Generate();

    public static TheoryData<string, bool> Vectors() => new()
    {
        { "sd-jwt/sdjwt-020.sdjwt", false }, { "sd-jwt/sdjwt-034.sdjwt", false }, { "sd-jwt/sdjwt-043.sdjwt", true }, { "sd-jwt/sdjwt-047.sdjwt", false },
        { "sd-jwt/sdjwt-049.sdjwt", true }, { "sd-jwt/europass-diploma-a-combined_issuance.txt", false },
    };

    [SamplesTheory]
    [MemberData(nameof(Vectors))]
    public void verifies_signature_disclosures_and_key_binding_of_the_vectors_of_the_standard(string path, bool bound)
    {
        var report = new CredentialVerifier(Samples.Trusted()).Verify(Samples.Read(path), Samples.At);
        Assert.True(report.Check(CheckKind.Seal).Result == CheckResult.Ok, report.Check(CheckKind.Seal).Evidence);
        Assert.Equal(bound ? CheckResult.Ok : CheckResult.Skipped, report.Check(CheckKind.Owner).Result);
    }

    [SamplesTheory]
    [MemberData(nameof(Vectors))]
    public void refuses_the_vectors_after_any_change_of_a_disclosure(string path, bool bound)
    {
        _ = bound;
        var verifier = new CredentialVerifier(Samples.Trusted());
        var text = Encoding.ASCII.GetString(Samples.Read(path)).ReplaceLineEndings("");
        var parts = text.Split('~');
        for (var at = 1; at < parts.Length - (parts[^1].Contains('.', StringComparison.Ordinal) || parts[^1].Length == 0 ? 1 : 0); at++)
        {
            var changed = (string[])[.. parts];
            changed[at] = (changed[at][0] == 'W' ? 'X' : 'W') + changed[at][1..];
            Assert.Contains(ReasonClass.ProofInvalid, verifier.Verify(Encoding.ASCII.GetBytes(string.Join('~', changed)), Samples.At).Reasons);
            changed[at] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[at])).Replace("\"]", "x\"]", StringComparison.Ordinal).Replace("true]", "false]", StringComparison.Ordinal).Replace("}]", ",\"x\":1}]", StringComparison.Ordinal)));
            if (changed[at] != parts[at]) Assert.Contains(ReasonClass.ProofInvalid, verifier.Verify(Encoding.ASCII.GetBytes(string.Join('~', changed)), Samples.At).Reasons);
        }
    }

    [Fact]
    public void accepts_what_is_disclosed_and_maps_it()
    {
        var token = new Issued();
        var report = Badges.Verify(token.Present(token.All));
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal(CredentialFormat.SdJwt, report.Format);
        Assert.Equal((Badges.University, Badges.University), (report.IssuerId, report.AwardingBodyId));
        Assert.Equal("Data literacy", report.Achievement!.Title.ToString());
        Assert.Equal(300, report.Achievement.Credits!.Value.Hundredths);
        Assert.Equal("28/30", report.Achievement.Grade!.Label);
        Assert.Empty(report.MissingElements);
    }

    [Fact]
    public void reads_a_text_that_a_mail_program_broke_into_lines()
    {
        var token = new Issued();
        var wrapped = string.Join("\r\n", Encoding.ASCII.GetString(token.Present(token.All)).Chunk(76).Select(line => new string(line))) + "\n";
        Assert.Equal(Verdict.Accept, Badges.Verify(Encoding.ASCII.GetBytes(wrapped)).Verdict);
    }

    [Fact]
    public void holds_a_presentation_that_discloses_nothing()
    {
        var token = new Issued();
        var report = Badges.Verify(token.Present([]));
        Assert.Equal(Verdict.Hold, report.Verdict);
        Assert.Equal([ReasonClass.Incomplete], report.Reasons.AsEnumerable());
        Assert.Null(report.AwardingBodyId);
    }

    [Fact]
    public void demands_every_disclosure_to_be_used_and_its_parents_to_be_disclosed()
    {
        var token = new Issued();
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(token.Present([.. token.All, Disclosure("extra", "1")])).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(token.Present([.. token.All, token.All[0]])).Reasons.AsEnumerable());
        // The credits are inside the achievement: alone they hang in the air.
        Assert.Equal([ReasonClass.ProofInvalid], Badges.Verify(token.Present([token.Credits])).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("""{"a":{"_sd":["D","D"]}}""", "a digest occurs twice")]
    [InlineData("""{"a":{"_sd":["D"]},"b":{"_sd":["D"]}}""", "a digest occurs twice")]
    [InlineData("""{"a":[{"...":"D"}]}""", "array's element")]
    [InlineData("""{"a":{"_sd":["D"],"name":1}}""", "stands in the token already")]
    [InlineData("""{"a":{"_sd":"D"}}""", "not an array")]
    [InlineData("""{"a":{"_sd":[1]}}""", "not a text")]
    [InlineData("""{"a":{"...":"D"}}""", "reserved")]
    [InlineData("""{"a":[{"...":"D","b":1}]}""", "further members")]
    [InlineData("""{"_sd_alg":"md5","_sd":["D"]}""", "not allowed")]
    [InlineData("""{"_sd_alg":7,"_sd":["D"]}""", "not allowed")]
    public void refuses_digests_in_the_wrong_place(string payload, string words)
    {
        var disclosure = Disclosure("name", "\"x\"");
        var claims = JsonNode.Parse(payload.Replace("\"D\"", $"\"{Digest(disclosure)}\"", StringComparison.Ordinal))!.AsObject();
        var report = Verify(claims, [disclosure]);
        Assert.Equal([ReasonClass.ProofInvalid], report.Reasons.AsEnumerable());
        Assert.Contains(words, report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""["salt","_sd",["x"]]""", "reserved")]
    [InlineData("""["salt","...","x"]""", "reserved")]
    [InlineData("""["salt","iss","did:web:victim.example"]""", "must not be disclosed")]
    [InlineData("""["salt","exp",9999999999]""", "must not be disclosed")]
    [InlineData("""["salt","status",{}]""", "must not be disclosed")]
    [InlineData("""["salt"]""", "salt, name and value")]
    [InlineData("""["salt","a","b","c"]""", "salt, name and value")]
    [InlineData("""[7,"a","b"]""", "salt, name and value")]
    [InlineData("""{"a":1}""", "salt, name and value")]
    [InlineData("""["salt","a",{"b":1,"b":2}]""", "cannot be read")]
    public void refuses_disclosures_of_other_shape(string content, string words)
    {
        var disclosure = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content));
        var claims = new JsonObject { ["_sd"] = new JsonArray(Digest(disclosure)) };
        if (content.Contains("\"iss\"", StringComparison.Ordinal)) claims["issuer"] = Badges.Did;
        var report = Verify(claims, [disclosure]);
        Assert.Contains(ReasonClass.ProofInvalid, report.Reasons);
        Assert.Contains(words, report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void bounds_the_depth_that_disclosures_build_up()
    {
        var inner = Disclosure("a", "1");
        for (var level = 0; level < 70; level++) inner = Disclosure("a", $$"""{"_sd":["{{Digest(inner)}}"]}""", keep: inner);
        var report = Verify(new JsonObject { ["_sd"] = new JsonArray(Digest(inner)) }, Kept(inner));
        Assert.Equal([ReasonClass.ProofInvalid], report.Reasons.AsEnumerable());
        Assert.Contains("deeper", report.Check(CheckKind.Seal).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void leaves_decoys_and_hidden_elements_out()
    {
        var claims = new JsonObject { ["_sd"] = new JsonArray(Digest("decoy")), ["credentialSubject"] = new JsonObject { ["list"] = new JsonArray(JsonNode.Parse($$"""{"...":"{{Digest("other")}}"}"""), 1) } };
        Assert.Equal(CheckResult.Ok, Verify(claims, []).Check(CheckKind.Seal).Result);
    }

    [Fact]
    public void refuses_an_sd_jwt_that_is_no_credential_or_of_another_issuer()
    {
        var token = new Issued();
        Assert.Contains(ReasonClass.UnsupportedFormat, Badges.Verify(token.Present(token.All, header: h => h["typ"] = "JWT")).Reasons);
        Assert.Contains(ReasonClass.UnsupportedFormat, Badges.Verify(token.Present(token.All, claims: c => c.Remove("vct"))).Reasons);
        Assert.Equal([ReasonClass.IssuerBinding], Badges.Verify(token.Present(token.All, claims: c => c["issuer"]!["id"] = "did:web:victim.example")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.WeakAlgorithm], Badges.Verify(token.Present(token.All, header: h => h["alg"] = "none")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.KeyUnresolvable], Badges.Verify(token.Present(token.All, claims: c => c["iss"] = "https://unknown.example")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.Expired], Badges.Verify(token.Present(token.All, claims: c => c["exp"] = Badges.At.ToUnixTimeSeconds() - 1)).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.StatusUnavailable], Badges.Verify(token.Present(token.All, claims: c => c["status"] = JsonNode.Parse("""{"status_list":{"idx":7,"uri":"https://uni-roma.example/lists/1"}}"""))).Reasons.AsEnumerable());
    }

    [Fact]
    public void checks_the_learners_key_where_it_is_shown()
    {
        var token = new Issued();
        var file = token.Present(token.All, claims: Bind);
        Assert.Equal(CheckResult.Skipped, Badges.Verify(file).Check(CheckKind.Owner).Result);

        var shown = Badges.Verify(Bound(file));
        Assert.Equal(Verdict.Accept, shown.Verdict);
        Assert.Equal(CheckResult.Ok, shown.Check(CheckKind.Owner).Result);

        foreach (var wrong in new[]
        {
            Bound(file, key: SigningKey.Generate()),
            Bound(file, header: h => h["typ"] = "JWT"),
            Bound(file, header: h => h["alg"] = "none"),
            Bound(file, claims: c => c["sd_hash"] = "AAAA"),
            Bound(file, claims: c => c.Remove("aud")),
            Bound(file, claims: c => c["iat"] = Badges.At.ToUnixTimeSeconds() + 60),
            [.. token.Present(token.All[1..], claims: Bind), .. Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(Bound(file)).Split('~')[^1])],
            Bound(token.Present(token.All)),
        })
            Assert.Contains(Badges.Verify(wrong).Reasons, r => r == ReasonClass.ProofInvalid);

        static void Bind(JsonObject claims) => claims["cnf"] = new JsonObject { ["jwk"] = JsonNode.Parse(Learner.PublicKey.Jwk) };
    }

    private static byte[] Bound(byte[] file, Action<JsonObject>? header = null, Action<JsonObject>? claims = null, SigningKey? key = null)
    {
        var head = new JsonObject { ["alg"] = "ES256", ["typ"] = "kb+jwt" };
        header?.Invoke(head);
        var body = new JsonObject { ["aud"] = "https://office.example", ["nonce"] = "n", ["iat"] = Badges.At.ToUnixTimeSeconds() - 60, ["sd_hash"] = Base64Url.EncodeToString(SHA256.HashData(file)) };
        claims?.Invoke(body);
        return [.. file, .. Badges.Sign(head.ToJsonString(), body.ToJsonString(), key ?? Learner)];
    }

    private static readonly Dictionary<string, string> Parents = [];

    private static string[] Kept(string disclosure)
    {
        var all = new List<string>();
        for (string? at = disclosure; at is not null; at = Parents.GetValueOrDefault(at)) all.Add(at);
        return [.. all];
    }

    private static string Disclosure(string name, string json, string? keep = null)
    {
        var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"[\"salt-{name}\",\"{name}\",{json}]"));
        if (keep is not null) Parents[text] = keep;
        return text;
    }

    private static string Digest(string disclosure) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(disclosure)));

    private static CredentialReport Verify(JsonObject claims, string[] disclosures)
    {
        claims["vct"] = "urn:eudi:micro_credential:1";
        if (!claims.ContainsKey("issuer")) claims["iss"] = Badges.Did;
        var file = $"{Encoding.ASCII.GetString(Badges.Sign("""{"alg":"ES256","typ":"dc+sd-jwt"}""", claims.ToJsonString(), Badges.Key))}~{string.Concat(disclosures.Select(d => d + "~"))}";
        return Badges.Verify(Encoding.ASCII.GetBytes(file));
    }

    /// <summary>A micro-credential whose achievement, and its credits inside, are disclosed selectively.</summary>
    private sealed class Issued
    {
        private readonly string _achievement, _result;

        public Issued()
        {
            Credits = Disclosure("ECTS", "3.0");
            var achievement = Badges.Credential(Badges.Did)["credentialSubject"]!["achievement"]!.AsObject();
            achievement["_sd"] = new JsonArray(Digest(Credits));
            (achievement["assessmentType"], achievement["participationType"]) = ("portfolio", "online");
            achievement["alignment"]!.AsArray().Add(JsonNode.Parse("""{"type":["Alignment"],"targetType":"ext:QualityAssurance","targetName":"Institutional review","targetUrl":"https://qa.example/1"}"""));
            _achievement = Disclosure("achievement", achievement.ToJsonString());
            _result = Disclosure("result", """[{"type":["Result"],"value":"28/30"}]""");
        }

        public string Credits { get; }

        public string[] All => [_achievement, _result, Credits];

        public byte[] Present(string[] disclosures, Action<JsonObject>? header = null, Action<JsonObject>? claims = null)
        {
            var head = new JsonObject { ["alg"] = "ES256", ["typ"] = "dc+sd-jwt", ["kid"] = Badges.Did };
            header?.Invoke(head);
            var body = new JsonObject
            {
                ["iss"] = Badges.Did, ["vct"] = "urn:eudi:micro_credential:1", ["validFrom"] = "2026-07-01T00:00:00Z", ["_sd_alg"] = "sha-256",
                ["issuer"] = new JsonObject { ["id"] = Badges.Did, ["name"] = "Roma Uni", ["address"] = new JsonObject { ["addressCountryCode"] = "IT" } },
                ["credentialSubject"] = new JsonObject { ["id"] = "did:example:learner", ["_sd"] = new JsonArray(Digest(_achievement), Digest(_result), Digest("decoy")) },
            };
            claims?.Invoke(body);
            return Encoding.ASCII.GetBytes($"{Encoding.ASCII.GetString(Badges.Sign(head.ToJsonString(), body.ToJsonString(), Badges.Key))}~{string.Concat(disclosures.Select(d => d + "~"))}");
        }

    }
}
