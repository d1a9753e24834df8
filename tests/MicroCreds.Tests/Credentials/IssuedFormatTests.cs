using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Keys;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Jose;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

/// <summary>What the issuers make from one set of claims beside sealed credentials: Open Badges with both proofs, and SD-JWT.</summary>
public sealed class IssuedFormatTests
{
    private static readonly SigningKey Key = SigningKey.Generate();
    private static readonly SigningIssuer Issuer = SigningIssuer.TryCreate("did:web:voluntariado.example", Key, out var issuer) ? issuer : throw new InvalidOperationException();
    private static readonly CredentialVerifier Verifier = new([Trusted(Issuer)]);

    public static TheoryData<string> Formats => ["ob3-vc-jwt", "ob3-vc-di", "sd-jwt"];

    [Theory]
    [MemberData(nameof(Formats))]
    public void is_accepted_with_all_elements_of_annex_i(string format)
    {
        var report = Verifier.Verify(Issue(format), Seals.At);
        Assert.True(report.Verdict == Verdict.Accept, string.Join("\n", report.Checks.Select(c => $"{c.Kind} {c.Result} {c.Reason} {c.Evidence}")));
        Assert.Equal(format, report.Format.Name());
        Assert.Empty(report.MissingElements);
        Assert.Equal(CheckResult.Ok, report.Check(CheckKind.Completeness).Result);
        Assert.Equal(Seals.Voluntariado, report.IssuerId);
        Assert.Equal(Seals.Voluntariado, report.AwardingBodyId);
        Assert.Equal(Seals.Claims.CredentialId, report.CredentialId);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void says_what_was_claimed(string format)
    {
        var report = Verifier.Verify(Issue(format), Seals.At);
        var achievement = report.Achievement!;
        Assert.Equal(Seals.Claims.Title, achievement.Title.ToString());
        Assert.Equal(["CR/EST101"], achievement.Codes.AsEnumerable());
        Assert.Equal(300, achievement.Credits!.Value.Hundredths);
        Assert.Equal("PT75H", achievement.Volume!.Iso);
        Assert.Equal(6, achievement.EqfLevel);
        Assert.Equal(new DateOnly(2026, 6, 30), achievement.AwardedOn);
        Assert.Equal([AssessmentType.Portfolio, AssessmentType.OralExamination], achievement.AssessmentTypes.AsEnumerable());
        Assert.Equal([LearningMode.Blended], achievement.Modes.AsEnumerable());
        Assert.Equal(AssessmentSupervision.SupervisedWithIdentityVerification, achievement.Supervision);
        Assert.Equal(LearningSetting.NonFormal, achievement.Setting);
        Assert.Equal(new AchievedGrade("Apto", "Apto / No apto"), achievement.Grade);
        Assert.Equal(["0923"], achievement.IscedFields.AsEnumerable());
        Assert.Equal(["es"], achievement.Languages.AsEnumerable());
        Assert.Equal(["Planifica turnos", "Resuelve conflictos \"difíciles\""], achievement.Outcomes.Select(o => o.Title.ToString()));
        Assert.Single(achievement.Outcomes[0].Skills);
        var body = achievement.AwardingBodies.Single();
        Assert.Equal("ESP", body.CountryCode);
        Assert.Contains("schac:voluntariado.example", body.Identifiers);
        Assert.Equal(new AccreditationClaim("urn:qa:voluntariado:1", "Institutional Quality Assurance", "", "Plataforma Voluntariado", null), achievement.Accreditations.Single());
        // Only the SD-JWT says the birth date and each name for itself: there the learner can leave them out.
        Holder learner = new("urn:schac:personalUniqueCode:int:esi:es:0000001", "Ana Prueba", null);
        Assert.Equal(format == "sd-jwt" ? learner with { BornOn = new DateOnly(2001, 2, 3), GivenName = "Ana", FamilyName = "Prueba" } : learner, report.Holder);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void is_refused_after_a_change_of_any_byte(string format)
    {
        var file = Issue(format);
        Assert.Equal(Verdict.Accept, Verifier.Verify(file, Seals.At).Verdict);
        for (var at = 0; at < file.Length; at++)
        {
            var changed = (byte[])file.Clone();
            changed[at] ^= 1;
            Assert.True(Verifier.Verify(changed, Seals.At).Verdict != Verdict.Accept, $"accepted with byte {at} changed: {Encoding.UTF8.GetString(changed, Math.Max(0, at - 30), Math.Min(60, changed.Length - Math.Max(0, at - 30)))}");
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void is_refused_when_its_issuer_is_not_registered(string format)
    {
        Assert.Equal(Verdict.Reject, new CredentialVerifier([]).Verify(Issue(format), Seals.At).Verdict);
        SigningIssuer.TryCreate(Issuer.Id, SigningKey.Generate(), out var other);
        Assert.Equal(Verdict.Reject, new CredentialVerifier([Trusted(other!)]).Verify(Issue(format), Seals.At).Verdict);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void ends_when_it_says(string format)
    {
        var file = Issue(format, Seals.Claims with { ValidUntil = Seals.At.AddYears(1) });
        Assert.Equal(Verdict.Accept, Verifier.Verify(file, Seals.At.AddYears(1)).Verdict);
        Assert.Contains(ReasonClass.Expired, Verifier.Verify(file, Seals.At.AddYears(1).AddSeconds(1)).Reasons);
    }

    [Theory]
    [InlineData("ob3-vc-jwt", "350")]
    [InlineData("ob3-vc-di", "150")]
    [InlineData("sd-jwt", "25")]
    public void keeps_parts_of_credits(string format, string hundredths)
    {
        var credits = EctsCredits.FromHundredths(int.Parse(hundredths, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(credits, Verifier.Verify(Issue(format, Seals.Claims with { Credits = credits }), Seals.At).Achievement!.Credits);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void says_when_nothing_was_passed(string format)
    {
        foreach (var status in Enum.GetValues<ResultStatus>())
            Assert.Equal(status, Verifier.Verify(Issue(format, Seals.Claims with { Status = status }), Seals.At).Achievement!.Status);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void knows_a_learner_by_an_identifier_that_is_no_iri(string format)
    {
        var file = Issue(format, Seals.Claims with { Holder = new("0701123", "Ana", "Prueba", null) });
        var learner = Verifier.Verify(file, Seals.At).Holder!;
        Assert.Equal(("0701123", "Ana Prueba"), (learner.Identifier, learner.FullName));
    }

    [Fact]
    public void lets_the_learner_leave_out_who_she_is()
    {
        var text = Encoding.ASCII.GetString(Issue("sd-jwt"));
        var token = text[..(text.IndexOf('~', StringComparison.Ordinal) + 1)];
        var report = Verifier.Verify(Encoding.ASCII.GetBytes(token), Seals.At);
        Assert.Equal(["M1"], report.MissingElements.AsEnumerable());
        Assert.Equal(Verdict.Hold, report.Verdict);
        Assert.Equal(5, text.Count(c => c == '~'));
        Assert.DoesNotContain("Prueba", Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1])), StringComparison.Ordinal);
    }

    [Fact]
    public void binds_an_sd_jwt_to_the_learners_key()
    {
        var learner = SigningKey.Generate();
        var file = new SdJwtIssuer(Issuer).Issue(Seals.Claims, Seals.At, learner.PublicKey);
        Assert.Contains("bound to a key of the learner", Verifier.Verify(file, Seals.At).Check(CheckKind.Owner).Evidence, StringComparison.Ordinal);
        var shown = new JsonObject { ["iat"] = Seals.At.ToUnixTimeSeconds(), ["aud"] = "https://uni-roma.example", ["nonce"] = "n", ["sd_hash"] = System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(file)) };
        byte[] bound = [.. file, .. OpenBadge.Badges.Sign("""{"alg":"ES256","typ":"kb+jwt"}""", shown.ToJsonString(), learner)];
        var report = Verifier.Verify(bound, Seals.At);
        Assert.Equal(CheckResult.Ok, report.Check(CheckKind.Owner).Result);
        Assert.Equal(Verdict.Accept, report.Verdict);
        byte[] stranger = [.. file, .. OpenBadge.Badges.Sign("""{"alg":"ES256","typ":"kb+jwt"}""", shown.ToJsonString(), SigningKey.Generate())];
        Assert.Equal(Verdict.Reject, Verifier.Verify(stranger, Seals.At).Verdict);
    }

    [Fact]
    public void is_trusted_by_the_documents_it_writes()
    {
        var file = Issue("ob3-vc-jwt");
        var register = IssuerDocuments.Read(Bytes(Issuer.RegisterEntry(Seals.Voluntariado)), "register");
        Assert.Equal(Seals.Voluntariado, new CredentialVerifier(register).Verify(file, Seals.At).IssuerId);
        var document = IssuerDocuments.Read(Bytes(Issuer.DidDocument()!), "did.json");
        Assert.Equal(Verdict.Accept, new CredentialVerifier(document).Verify(file, Seals.At).Verdict);
        var keys = Bytes(new JsonObject { ["issuers"] = new JsonArray(new JsonObject { ["id"] = Issuer.Id, ["jwks"] = Issuer.KeySet() }) });
        Assert.Equal(Verdict.Accept, new CredentialVerifier(IssuerDocuments.Read(keys, "keys")).Verify(file, Seals.At).Verdict);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void can_go_by_its_key_alone(string format)
    {
        var named = SigningIssuer.ByKey(Key);
        Assert.Equal(OpenBadge.Badges.DidOf(Key), named.Id);
        var register = IssuerDocuments.Read(Bytes(named.RegisterEntry(Seals.Voluntariado)), "register");
        var report = new CredentialVerifier(register).Verify(Issue(format, Seals.Claims, named), Seals.At);
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal(Seals.Voluntariado, report.IssuerId);
    }

    [Theory]
    [InlineData("http://voluntariado.example")]
    [InlineData("did:web:")]
    [InlineData("https://voluntariado.example#key")]
    [InlineData("did:ebsi:z123")]
    [InlineData("voluntariado.example")]
    [InlineData("https://voluntariado.example/a b")]
    public void takes_no_name_that_nobody_can_look_up(string id) => Assert.False(SigningIssuer.TryCreate(id, Key, out _));

    [Theory]
    [MemberData(nameof(Formats))]
    public void refuses_claims_without_outcomes(string format) =>
        Assert.Throws<ArgumentException>(() => Issue(format, Seals.Claims with { Outcomes = [] }));

    [Fact]
    public void refuses_credits_stated_twice_by_alignments()
    {
        var credential = JsonNode.Parse(Issue("ob3-vc-di"))!.AsObject();
        var alignments = credential["credentialSubject"]!["achievement"]!["alignment"]!.AsArray();
        var second = alignments.Single(a => a!["targetType"]!.GetValue<string>() == "ext:ECTS")!.DeepClone();
        second["targetCode"] = "30";
        alignments.Add(second);
        credential.Remove("proof");
        var report = Verifier.Verify(Bytes(credential), Seals.At);
        Assert.Contains("different values are stated for ext:ECTS", report.Check(CheckKind.Schema).Evidence, StringComparison.Ordinal);
    }

    private static byte[] Issue(string format) => Issue(format, Seals.Claims);

    private static byte[] Issue(string format, EdcClaims claims, SigningIssuer? by = null) => format switch
    {
        "ob3-vc-jwt" => new OpenBadgeIssuer(by ?? Issuer).IssueToken(claims, Seals.At),
        "ob3-vc-di" => new OpenBadgeIssuer(by ?? Issuer).IssueWithProof(claims, Seals.At),
        _ => new SdJwtIssuer(by ?? Issuer).Issue(claims, Seals.At, null),
    };

    private static TrustedIssuer Trusted(SigningIssuer issuer) => new(Seals.Voluntariado, [], [], "trust list serial 1") { CredentialIssuers = [issuer.Registration] };

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json);
}
