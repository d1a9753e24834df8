using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Statements;
using static MicroCreds.Tests.Domain.Statements.StatementSamples;

namespace MicroCreds.Tests.Domain.Statements;

public sealed class StatementCodecTests
{
    [Fact]
    public void a_statement_comes_back_as_it_was_said()
    {
        var statement = Sign();
        var body = Read(statement);
        Assert.Equal((Parties, First, Draft.Kind, Draft.Case, 1, 0, Draft.IssuedAt, Key.KeyId, statement.Digest),
            (body.Parties, body.Position, body.Kind, body.Case, body.Version, body.Supersedes, body.IssuedAt, body.KeyId, body.Digest));
        Assert.Equal(Draft.Content.ToArray(), body.Content.ToArray());
        Assert.Equal(Draft.PersonalData.AsEnumerable(), body.PersonalData);
    }

    [Fact]
    public void the_signature_holds_every_claim_that_binds_it_to_its_place()
    {
        using var payload = JsonDocument.Parse(PayloadOf(Sign().Jws));
        Assert.Equal(
            ["iss", "aud", "consortium", "stream", "epoch", "seq", "prev", "jti", "iat", "kind", "case", "version", "supersedes"],
            payload.RootElement.EnumerateObject().Select(m => m.Name).Take(13));
        Assert.Equal(("6", "full", "main", 3, "R-STAT", MicroCreds.Domain.Rules.Assessment.EngineVersion), (
            Text(payload, "ects"), Text(payload, "outcome"), payload.RootElement.GetProperty("ruleset").GetProperty("table").GetString(),
            payload.RootElement.GetProperty("ruleset").GetProperty("version").GetInt32(), payload.RootElement.GetProperty("ruleset").GetProperty("rule").GetString(),
            payload.RootElement.GetProperty("ruleset").GetProperty("engine").GetString()));
        Assert.Equal("NT (8.0)", payload.RootElement.GetProperty("lines")[0].GetProperty("claimed").GetProperty("grade").GetString());
    }

    [Fact]
    public void no_personal_data_is_in_the_signed_text_and_erasing_it_breaks_nothing()
    {
        var statement = Sign();
        var clear = Encoding.UTF8.GetString(PayloadOf(statement.Jws));
        foreach (var claim in Draft.PersonalData) Assert.DoesNotContain(claim.Value, clear, StringComparison.Ordinal);
        Assert.Contains(Draft.PersonalData, c => c.Name == "learner_name");

        var erased = statement with { Disclosures = [] };
        Assert.Empty(Read(erased).PersonalData);
        Assert.Equal(statement.Digest, erased.Digest);
    }

    [Fact]
    public void a_salt_has_128_bits_and_is_never_used_twice()
    {
        var salts = Sign().Disclosures.Concat(Sign().Disclosures).Select(d => JsonDocument.Parse(Base64Url.DecodeFromChars(d)).RootElement[0].GetString()!).ToArray();
        Assert.Equal(salts.Length, salts.Distinct().Count());
        Assert.All(salts, salt => Assert.Equal(16, Base64Url.DecodeFromChars(salt).Length));
    }

    [Fact]
    public void a_disclosure_that_was_changed_added_or_doubled_is_refused()
    {
        var statement = Sign();
        var forged = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { Base64Url.EncodeToString(new byte[16]), "learner_name", "Someone Else" }));
        Assert.Equal("disclosure", Refused(statement with { Disclosures = statement.Disclosures.SetItem(0, forged) }).Facts["fault"]);
        Assert.Equal("disclosure", Refused(statement with { Disclosures = statement.Disclosures.Add(forged) }).Facts["fault"]);
        Assert.Equal("disclosure", Refused(statement with { Disclosures = statement.Disclosures.Add(statement.Disclosures[0]) }).Facts["fault"]);
        Assert.Equal("disclosure", Refused(statement with { Disclosures = statement.Disclosures.SetItem(0, statement.Disclosures[0] + "=") }).Facts["fault"]);
        Assert.Equal("disclosure", Refused(statement with { Disclosures = Sign().Disclosures }).Facts["fault"]);
    }

    [Theory]
    [InlineData("outcome")]
    [InlineData("iss")]
    [InlineData("_sd")]
    public void a_disclosure_cannot_take_the_name_of_a_claim_in_clear(string name)
    {
        var disclosure = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { Base64Url.EncodeToString(new byte[16]), name, "full" }));
        var digest = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(disclosure)));
        Assert.Equal("disclosure", Refused(Resigned(p => p["_sd"] = new JsonArray(digest)) with { Disclosures = [disclosure] }).Facts["fault"]);
    }

    [Fact]
    public void a_digest_signed_twice_or_under_another_hash_is_refused()
    {
        Assert.Equal("disclosure", Refused(Resigned(p => p["_sd"]!.AsArray().Add(p["_sd"]![0]!.GetValue<string>()))).Facts["fault"]);
        Assert.Equal("disclosure", Refused(Resigned(p => p["_sd_alg"] = "md5")).Facts["fault"]);
        Assert.Equal("disclosure", Refused(Resigned(p => p.Remove("_sd_alg"))).Facts["fault"]);
    }

    [Fact]
    public void a_statement_for_others_another_stream_or_another_consortium_is_refused()
    {
        Assert.Equal("aud", Refused(Sign(), Parties with { Audience = MicroCreds.Domain.Identifiers.OrganisationId.Parse("uni-c.example") }).Facts["claim"]);
        Assert.Equal("iss", Refused(Sign(), Parties with { Issuer = MicroCreds.Domain.Identifiers.OrganisationId.Parse("uni-c.example") }).Facts["claim"]);
        Assert.Equal("consortium", Refused(Sign(), Parties with { Consortium = "another" }).Facts["claim"]);
        Assert.Equal("stream", Refused(Resigned(p => p["stream"] = "uni-roma.example>uni-c.example")).Facts["claim"]);
        Assert.Equal("aud", Refused(Resigned(p => p["aud"]!.AsArray().Add("uni-c.example"))).Facts["claim"]);
        Assert.Equal("iss", Refused(Sign(), new StreamParties(Parties.Audience, Parties.Issuer, Parties.Consortium)).Facts["claim"]);
    }

    [Theory]
    [InlineData("iss", "1")]
    [InlineData("aud", "\"uni-madrid.example\"")]
    [InlineData("epoch", "0")]
    [InlineData("epoch", "4294967297")]
    [InlineData("seq", "0")]
    [InlineData("seq", "-1")]
    [InlineData("seq", "1.0")]
    [InlineData("seq", "1e0")]
    [InlineData("seq", "9007199254740992")]
    [InlineData("seq", "1e999")]
    [InlineData("seq", "\"1\"")]
    [InlineData("prev", "\"short\"")]
    [InlineData("jti", "\"\"")]
    [InlineData("case", "\"x\"")]
    [InlineData("version", "-1")]
    [InlineData("supersedes", "1")]
    [InlineData("kind", "7")]
    [InlineData("iat", "253402300800")]
    public void a_claim_of_the_wrong_shape_is_named(string claim, string value) =>
        Assert.Equal(claim, Refused(Resigned(p => p[claim] = JsonNode.Parse(value))).Facts["claim"]);

    [Theory]
    [InlineData("iss")]
    [InlineData("prev")]
    [InlineData("seq")]
    [InlineData("iat")]
    public void a_claim_that_is_missing_is_named(string claim) =>
        Assert.Equal(claim, Refused(Resigned(p => p.Remove(claim))).Facts["claim"]);

    [Fact]
    public void only_the_first_statement_has_none_before_it()
    {
        Assert.Equal("prev", Refused(Resigned(p => p["seq"] = 2)).Facts["claim"]);
        Assert.Equal("prev", Refused(Resigned(p => p["prev"] = Sign().Digest.Value)).Facts["claim"]);
        Assert.Throws<ArgumentException>(() => Sign(new StreamPosition(1, 2, null)));
    }

    [Fact]
    public void a_kind_from_a_newer_partner_is_kept_as_unknown_so_that_the_stream_goes_on() =>
        Assert.Equal(StatementKind.Unknown, Read(Resigned(p => p["kind"] = "erasure-notice")).Kind);

    [Fact]
    public void members_from_a_newer_partner_are_kept_and_the_signature_holds()
    {
        var body = Read(Resigned(p =>
        {
            p["later"] = new JsonObject { ["since"] = "2027" };
            p["ruleset"]!["later"] = true;
        }));
        Assert.Equal(Draft.Kind, body.Kind);
        Assert.Contains("\"later\":{\"since\":\"2027\"}", Encoding.UTF8.GetString(body.Content.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void a_statement_may_be_as_large_as_the_limit_and_not_larger()
    {
        var padded = Draft with { Content = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', StatementContent.MaxBytes - 20)}}"}""") };
        Assert.InRange(Sign(draft: padded).Jws.Length, StatementContent.MaxBytes, SignedStatement.MaxBytes);
        Assert.Throws<ArgumentException>(() => Sign(draft: padded with { Content = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', SignedStatement.MaxBytes - 30)}}"}""") }));
        var large = CompactJws.Sign(new byte[SignedStatement.MaxBytes], SignedStatement.MediaType, Key);
        Assert.Equal("size", Refused(new SignedStatement(large, [])).Facts["fault"]);
    }

    [Theory]
    [InlineData("""{"iss":"x"}""")]
    [InlineData("""{"_sd":[]}""")]
    [InlineData("""[1]""")]
    [InlineData("""{"a":1,"a":2}""")]
    public void content_that_would_hide_in_the_envelope_is_never_signed(string content) =>
        Assert.Throws<ArgumentException>(() => Sign(draft: Draft with { Content = Encoding.UTF8.GetBytes(content) }));

    private static string? Text(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetString();
}
