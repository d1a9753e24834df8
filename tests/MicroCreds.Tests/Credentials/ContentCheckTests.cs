using System.Text;
using System.Text.Json.Nodes;
using MicroCreds.Credentials;
using MicroCreds.Credentials.Issuing;
using MicroCreds.Credentials.Status;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Verification;

namespace MicroCreds.Tests.Credentials;

public sealed class ContentCheckTests
{
    private const string Entry = """{"type":"BitstringStatusListEntry","statusPurpose":"revocation","statusListIndex":"94567","statusListCredential":"https://voluntariado.example/status/3"}""";

    [Fact]
    public void refuses_an_issuer_whose_seal_it_is_not()
    {
        var report = Seals.Verify(Seals.SealChanged(c => c["issuer"]!["eIDASIdentifier"]!["notation"] = "VATES-B00000000"));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal(ReasonClass.IssuerBinding, report.Check(CheckKind.IssuerBinding).Reason);
        Assert.Null(report.IssuerId);
        Assert.Null(report.AwardingBodyId);
    }

    [Fact]
    public void binds_a_bare_number_with_the_right_country_only()
    {
        Assert.Equal(Verdict.Accept, Seals.Verify(Seals.SealChanged(c => SetIdentifier(c, "G12345678", "ESP"))).Verdict);
        Assert.Equal(Verdict.Reject, Seals.Verify(Seals.SealChanged(c => SetIdentifier(c, "G12345678", "PRT"))).Verdict);
    }

    [Fact]
    public void refuses_a_member_that_states_the_domain_of_another()
    {
        var report = Seals.Verify(Seals.SealChanged(c => c["issuer"]!["identifier"]!["notation"] = "uni-madrid.example"));
        Assert.Equal(ReasonClass.IssuerBinding, report.Check(CheckKind.IssuerBinding).Reason);
    }

    [Fact]
    public void knows_a_member_by_a_domain_it_had_before()
    {
        var file = Seals.SealChanged(c => c["issuer"]!["identifier"]!["notation"] = "old.example");
        var report = Seals.Verify(file, Seals.Member with { FormerOrganisations = [OrganisationId.Parse("old.example")] });
        Assert.Equal((CheckResult.Ok, Seals.Voluntariado), (report.Check(CheckKind.IssuerBinding).Result, report.IssuerId));
        Assert.Equal(ReasonClass.IssuerBinding, Seals.Verify(file, Seals.Member with { FormerOrganisations = [OrganisationId.Parse("older.example")] }).Check(CheckKind.IssuerBinding).Reason);
    }

    [Fact]
    public void reads_what_quality_assurance_is_limited_to_and_other_frameworks_of_credits()
    {
        var achievement = Seals.Verify(Seals.SealChanged(c =>
        {
            var specification = c["credentialSubject"]!["hasClaim"] is JsonArray claims ? claims[0]!["specifiedBy"]! : c["credentialSubject"]!["hasClaim"]!["specifiedBy"]!;
            specification["accreditation"] = JsonNode.Parse("""
                {"id":"urn:qa:1","type":"Accreditation","valid":"2024-01-01T00:00:00Z","expiryDate":"2029-01-01T00:00:00Z",
                 "limitEQFLevel":[{"id":"http://data.europa.eu/snb/eqf/6","type":"Concept"},{"id":"urn:other","type":"Concept"}],
                 "limitField":{"id":"http://data.europa.eu/snb/isced-f/0542","type":"Concept"}}
                """);
            var ects = specification["creditPoint"]!;
            specification["creditPoint"] = new JsonArray(ects.DeepClone(), JsonNode.Parse("""{"id":"urn:cp:2","type":"CreditPoint","framework":{"id":"http://data.europa.eu/snb/education-credit/60b314e826","type":"Concept"},"point":"12"}"""));
        })).Achievement!;

        var claim = Assert.Single(achievement.Accreditations);
        Assert.Equal((new DateOnly(2024, 1, 1), new DateOnly(2029, 1, 1)), (claim.ValidFrom, claim.ExpiresOn));
        Assert.Equal(6, Assert.Single(claim.Scope!.EqfLevels));
        Assert.Equal("0542", Assert.Single(claim.Scope.IscedFields));
        Assert.Equal("ecvet", Assert.Single(achievement.OtherFrameworks));
        Assert.Equal(300, achievement.Credits!.Value.Hundredths);
    }

    [Fact]
    public void refuses_a_seal_in_the_name_of_another_member()
    {
        // The anchor belongs to one member; its authority writes the identifier of another into a certificate.
        const string stolen = "VATES-Q2818014I";
        var victim = new TrustedIssuer(OrganisationId.Parse("uni-madrid.example"), [stolen], [SealAuthority.Create("Uni", stolen, Seals.From, Seals.Until).Certificate], "trust list serial 1");
        var seal = Seals.Authority.Issue("Uni", stolen, Seals.From, Seals.Until);
        var file = new EdcIssuer(seal).Issue(Seals.Claims with { Issuer = Seals.Claims.Issuer with { LegalIdentifier = stolen, Domain = OrganisationId.Parse("uni-madrid.example") } }, Seals.At);
        var report = Seals.Verify(file, Seals.Member, victim);
        Assert.Equal(ReasonClass.IssuerBinding, report.Check(CheckKind.IssuerBinding).Reason);
        Assert.Null(report.IssuerId);
    }

    [Fact]
    public void tells_members_apart_that_share_an_authority()
    {
        var other = new TrustedIssuer(OrganisationId.Parse("uni-madrid.example"), ["VATES-Q2818014I"], [Seals.Authority.Certificate], "trust list serial 1");
        Assert.Equal(Seals.Voluntariado, Seals.Verify(Seals.Issue(), other, Seals.Member).IssuerId);
    }

    [Fact]
    public void holds_another_awarding_body_without_mandate_and_lets_one_with_mandate_pass()
    {
        var without = Seals.Verify(Seals.SealChanged(OtherAwardingBody));
        Assert.Equal(Verdict.Hold, without.Verdict);
        Assert.Equal([ReasonClass.IssuerBinding], without.Reasons.AsEnumerable());

        var with = Seals.Verify(Seals.SealChanged(WithMandate));
        Assert.Equal(Verdict.Accept, with.Verdict);
        Assert.Contains("asserted by the sealer", with.Check(CheckKind.AwardingBody).Evidence, StringComparison.Ordinal);
        Assert.Equal(Seals.Voluntariado, with.IssuerId);
        Assert.Null(with.AwardingBodyId);
    }

    [Fact]
    public void holds_a_mandate_in_the_name_of_a_member()
    {
        var member = new TrustedIssuer(OrganisationId.Parse("uni-madrid.example"), ["VATES-Q2818014I"], [SealAuthority.Create("Uni", "VATES-Q2818014I", Seals.From, Seals.Until).Certificate], "trust list serial 1");
        var report = Seals.Verify(Seals.SealChanged(WithMandate), Seals.Member, member);
        Assert.Equal(Verdict.Hold, report.Verdict);
        Assert.Null(report.AwardingBodyId);
    }

    [Fact]
    public void takes_the_narrowest_period()
    {
        Assert.Equal([ReasonClass.Expired], Seals.Verify(Seals.SealChanged(c => (c["validUntil"], c["expirationDate"]) = ("2030-01-01T00:00:00Z", "2026-08-31T00:00:00Z"))).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.NotYetValid], Seals.Verify(Seals.SealChanged(c => c["validFrom"] = "2026-09-02T00:00:00Z")).Reasons.AsEnumerable());
        Assert.Equal([ReasonClass.SchemaInvalid], Seals.Verify(Seals.SealChanged(c => c["validUntil"] = "next summer")).Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData("credentialStatus")]
    [InlineData("status")]
    public void holds_what_a_status_pointer_leaves_open_wherever_it_stands(string place)
    {
        var report = Seals.Verify(Seals.SealChanged(c => c[place] = JsonNode.Parse(Entry)));
        Assert.Equal(Verdict.Hold, report.Verdict);
        Assert.Equal([ReasonClass.StatusUnavailable], report.Reasons.AsEnumerable());
        Assert.Equal(CheckResult.Skipped, report.Check(CheckKind.Status).Result);

        var nested = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["extra"] = new JsonArray(JsonNode.Parse(Entry))));
        Assert.Equal([ReasonClass.StatusUnavailable], nested.Reasons.AsEnumerable());
    }

    [Fact]
    public void finds_a_status_pointer_whose_name_is_spelt_in_escapes()
    {
        var spelt = Seals.Payload().ToJsonString()[..^1] + ",\"\\u0073tat\\u0075s\":{\"id\":\"https://voluntariado.example/3\"}}";
        var report = Seals.Verify(JadesSealer.Seal(Encoding.UTF8.GetBytes(spelt), Seals.Seal, Seals.At));
        Assert.Equal([ReasonClass.StatusUnavailable], report.Reasons.AsEnumerable());
    }

    [Theory]
    [InlineData(StatusAnswer.Clear, Verdict.Accept)]
    [InlineData(StatusAnswer.Set, Verdict.Reject)]
    [InlineData(StatusAnswer.Invalid, Verdict.Reject)]
    [InlineData(StatusAnswer.Unavailable, Verdict.Hold)]
    public void follows_the_status_list(StatusAnswer answer, Verdict verdict)
    {
        var file = Seals.SealChanged(c => (c["status"], c["credentialStatus"]) = (new JsonArray(JsonNode.Parse(Entry)), JsonNode.Parse(Entry.Replace("94567", "1", StringComparison.Ordinal))));
        var lists = new OneStatusList(94567, answer);
        Assert.Equal(verdict, new CredentialVerifier([Seals.Member], lists).Verify(file, Seals.At).Verdict);
        Assert.Equal([1L, 94567L], lists.Asked.Order());
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("")]
    public void refuses_a_status_index_that_is_no_number(string index) =>
        Assert.Equal([ReasonClass.StatusInvalid], Seals.Verify(Seals.SealChanged(c => c["credentialStatus"] = JsonNode.Parse(Entry.Replace("94567", index, StringComparison.Ordinal)))).Reasons.AsEnumerable());

    [Theory]
    [InlineData("1,5")]
    [InlineData("3 ECTS")]
    [InlineData("-1")]
    [InlineData("")]
    public void names_the_place_of_credits_that_are_not_a_number(string point)
    {
        // Scenario 26.
        var report = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["hasClaim"]!["creditReceived"]!["point"] = point));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([ReasonClass.SchemaInvalid], report.Reasons.AsEnumerable());
        Assert.Contains("$.credentialSubject.hasClaim.creditReceived.point", report.Check(CheckKind.Schema).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void reads_credits_with_a_decimal_point()
    {
        // Scenario 26.
        var report = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["hasClaim"]!["creditReceived"]!["point"] = "3.0"));
        Assert.Equal(Verdict.Accept, report.Verdict);
        Assert.Equal(300, report.Achievement!.Credits!.Value.Hundredths);
    }

    [Fact]
    public void does_not_read_credits_of_other_frameworks()
    {
        var report = Seals.Verify(Seals.SealChanged(c =>
        {
            var claim = c["credentialSubject"]!["hasClaim"]!;
            foreach (var points in new[] { claim["creditReceived"]!, claim["specifiedBy"]!["creditPoint"]! })
                (points["framework"]!["id"], points["framework"]!["prefLabel"]) = ("http://data.europa.eu/snb/education-credit/60b314e826", new JsonObject { ["en"] = "ECVET" });
        }));
        Assert.Null(report.Achievement!.Credits);
    }

    [Fact]
    public void names_the_missing_parts_of_the_profile()
    {
        var report = Seals.Verify(Seals.SealChanged(c =>
        {
            c.Remove("displayParameter");
            c["issuer"]!.AsObject().Remove("legalName");
        }));
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Contains("$.displayParameter", report.Check(CheckKind.Schema).Evidence, StringComparison.Ordinal);
        Assert.Contains("$.issuer.legalName", report.Check(CheckKind.Schema).Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void names_the_missing_elements_of_annex_one_and_holds()
    {
        var report = Seals.Verify(Seals.SealChanged(c =>
        {
            var claim = c["credentialSubject"]!["hasClaim"]!.AsObject();
            claim.Remove("provenBy");
            claim["specifiedBy"]!.AsObject().Remove("mode");
            claim["awardedBy"]!["awardingBody"]!.AsObject().Remove("accreditation");
        }));
        Assert.Equal(Verdict.Hold, report.Verdict);
        Assert.Equal(["M9", "M10", "M11"], report.MissingElements.AsEnumerable());
    }

    [Theory]
    [InlineData("PT40H", true)]
    [InlineData("PT91H", true)]
    [InlineData("P3M", true)]
    [InlineData("PT75H", false)]
    [InlineData("PT90H", false)]
    [InlineData("PT74H59M", true)]
    public void weighs_hours_against_credits(string volume, bool holds)
    {
        var report = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["hasClaim"]!["specifiedBy"]!["volumeOfLearning"] = volume));
        Assert.Equal(holds ? Verdict.Hold : Verdict.Accept, report.Verdict);
        Assert.Equal(holds ? ReasonClass.Implausible : ReasonClass.None, report.Check(CheckKind.Plausibility).Reason);
    }

    [Fact]
    public void holds_an_award_in_the_future_and_notes_a_local_midnight()
    {
        var future = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["hasClaim"]!["awardedBy"]!["awardingDate"] = "2027-01-01T00:00:00Z"));
        Assert.Equal([ReasonClass.Implausible], future.Reasons.AsEnumerable());

        var midnight = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["hasClaim"]!["awardedBy"]!["awardingDate"] = "2026-06-29T22:00:00Z"));
        Assert.Equal(Verdict.Accept, midnight.Verdict);
        Assert.Equal(new DateOnly(2026, 6, 29), midnight.Achievement!.AwardedOn);
        Assert.Contains("local midnight", midnight.Check(CheckKind.Plausibility).Evidence, StringComparison.Ordinal);

        var offset = Seals.Verify(Seals.SealChanged(c => c["credentialSubject"]!["hasClaim"]!["awardedBy"]!["awardingDate"] = "2026-06-30T00:00:00+02:00"));
        Assert.Equal(new DateOnly(2026, 6, 30), offset.Achievement!.AwardedOn);
    }

    [Fact]
    public void follows_references_by_id_and_survives_circles()
    {
        var report = Seals.Verify(Seals.SealChanged(c =>
        {
            var claim = c["credentialSubject"]!["hasClaim"]!;
            claim["awardedBy"]!["awardingBody"] = "urn:epass:org:1";
            c["issuer"]!["accreditation"]![0]!["accreditingAgent"] = "urn:epass:org:1";
            claim["provenBy"]![0]!["grade"] = JsonNode.Parse("""{"id":"urn:epass:note:9","noteLiteral":"urn:epass:note:9"}""");
        }));
        Assert.Equal("Plataforma Voluntariado", report.Achievement!.AwardingBodies.Single().LegalName.In("es"));
        Assert.Equal(Seals.Voluntariado, report.AwardingBodyId);
    }

    [Fact]
    public void bounds_the_work_of_references_to_references()
    {
        var reference = string.Join(',', Enumerable.Repeat("\"urn:epass:a\"", 20_000));
        var file = $$$"""{"type":"EuropeanDigitalCredential","credentialSubject":{"hasClaim":[{{{reference}}}]},"x":{"id":"urn:epass:a","specifiedBy":["urn:epass:b"],"y":1},"z":{"id":"urn:epass:b","creditPoint":[{{{reference}}}],"y":1}}""";
        Assert.Equal(Verdict.Reject, Seals.Verify(Encoding.UTF8.GetBytes(file)).Verdict);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"type":1,"issuer":[[]],"credentialSubject":{"hasClaim":{"title":{"en":{}},"awardedBy":7,"provenBy":[null,1,"x"],"specifiedBy":{"learningOutcome":[[1]],"eqfLevel":[]}}},"evidence":true,"status":[[{}]],"credentialStatus":null}""")]
    public void never_throws_at_sealed_nonsense(string payload) =>
        Assert.Equal(Verdict.Reject, Seals.Verify(JadesSealer.Seal(Encoding.UTF8.GetBytes(payload), Seals.Seal, Seals.At)).Verdict);

    [Fact]
    public void maps_an_unsealed_file_and_refuses_it()
    {
        var report = Seals.Verify(Encoding.UTF8.GetBytes(Seals.Payload().ToJsonString()));
        Assert.Equal(CredentialFormat.ElmUnsigned, report.Format);
        Assert.Equal(Verdict.Reject, report.Verdict);
        Assert.Equal([ReasonClass.NoProof], report.Reasons.AsEnumerable());
        Assert.Equal(Seals.Claims.Title, report.Achievement!.Title.In("es"));
        Assert.Null(report.IssuerId);
    }

    private static void OtherAwardingBody(JsonObject credential)
    {
        var body = credential["credentialSubject"]!["hasClaim"]!["awardedBy"]!["awardingBody"]!;
        body["id"] = "urn:epass:org:2";
        body["eIDASIdentifier"]!["notation"] = "VATES-Q2818014I";
        body["identifier"]!["notation"] = "uni-madrid.example";
    }

    private static void WithMandate(JsonObject credential)
    {
        OtherAwardingBody(credential);
        credential["evidence"] = JsonNode.Parse("""{"id":"urn:epass:evidence:1","type":"Evidence","dcType":{"id":"http://data.europa.eu/snb/evidence-type/c_18016257","type":"Concept"}}""");
    }

    private static void SetIdentifier(JsonObject credential, string notation, string country)
    {
        foreach (var organisation in new[] { credential["issuer"]!, credential["credentialSubject"]!["hasClaim"]!["awardedBy"]!["awardingBody"]! })
        {
            organisation["eIDASIdentifier"]!["notation"] = notation;
            organisation["eIDASIdentifier"]!["spatial"]!["id"] = $"http://publications.europa.eu/resource/authority/country/{country}";
        }
    }

    /// <summary>Knows one list: one index has the answer, all others are clear.</summary>
    private sealed class OneStatusList(long index, StatusAnswer answer) : IStatusListSource
    {
        public List<long> Asked { get; } = [];

        public StatusAnswer Ask(StatusPointer place, DateTimeOffset at)
        {
            Asked.Add(place.Index);
            return place.Index == index ? answer : StatusAnswer.Clear;
        }

        public string Describe(StatusPointer place, DateTimeOffset at) => "";
    }
}
